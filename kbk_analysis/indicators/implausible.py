"""Which reported cells deserve a question? Repeated counts, slips of the pen, leaps, unlikely zeros.

One row a series (an area and an indicator), one column a year; the latest year is judged against earlier ones. Small
villages jump, repeat and report nothing by chance alone: a cell is flagged only where chance at the screening level
(99.8 %) does not explain it. A flag is a question for the village, never a deletion.

Sources: WHO Data Quality Review (consistency over time, internal consistency); Countdown to 2030 (median and five MAD
of earlier years). `SLIP` and `POINTS` are house rules: one digit too many or too few is a factor of about ten.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from kbk_analysis.indicators.benchmarks import FEWEST
from kbk_analysis.indicators.outliers import EARLIER, USUAL, against_earlier, consistency
from kbk_analysis.indicators.proportions import LOOK, SCREEN, difference
from kbk_analysis.indicators.rows import Flags, frame
from kbk_analysis.indicators.series import alike, wide

CHANCE: Final = 1 - SCREEN
POINTS: Final = 10.0  # points by which a percentage must at least be off
THIRD: Final = USUAL[1] - 1  # of what is expected, by which any other value must at least be off
SLIP: Final = 5.0  # factor
CROWD: Final = 5  # series that tell by how much a whole register moved
NORMAL_998: Final = 3.0902
NORMAL_ALL: Final = 5.2  # the same once more for all of the ten thousand cells of a regency (Bonferroni)


def others(
    x: pd.DataFrame, n: pd.DataFrame, group: pd.Series | pd.Index, *, scale: float | pd.Series = 100.0
) -> pd.DataFrame:
    """Ratio of sums of the other series of a group in each year: what all moved together is no one's outlier.

    Parameters
    ----------
    x, n
        Numerators and denominators; a cell with one of them blank takes no part.
    group
        Group of each row (its indicator).
    scale
        Multiplier from ratio to unit.

    Examples
    --------
    >>> x, n = pd.DataFrame({2023: [5.0, 8], 2024: [6.0, 8]}), pd.DataFrame({2023: [10.0, 10], 2024: [10.0, 10]})
    >>> others(x, n, pd.Index(["a", "a"])).values.tolist()
    [[80.0, 80.0], [50.0, 60.0]]
    """
    counts, people = alike(x, n)
    told = counts.notna() & people.notna()
    counts, people = counts.where(told, 0.0), people.where(told, 0.0)
    keys = np.asarray(group)
    above, below = (part.groupby(keys).transform("sum") - part for part in (counts, people))
    return (above / below.where(below > 0)).mul(scale, axis=0)


def leaps(
    values: pd.DataFrame,
    common: pd.DataFrame,
    x: pd.DataFrame | None = None,
    n: pd.DataFrame | None = None,
    *,
    scale: float | pd.Series = 100.0,
    step: float | pd.Series = 0.0,
) -> pd.DataFrame:
    """The latest value against five MAD of earlier years, after what all others did in the same years is taken off.

    Parameters
    ----------
    values
        In the unit of the indicator.
    common
        From `others` (for scores, the mean of the others), same rows and years.
    x, n
        Counts behind the values. With them a leap must exceed 10 points and chance; without them a third of what was
        expected, and one `step`.
    scale
        Multiplier from ratio to unit, for the test of chance.
    step
        Smallest change a value without counts can make (1 on a list of whole points).

    Returns
    -------
    DataFrame
        ``value, usual`` (expected this year), ``lower, upper`` (five MAD), ``flag`` (``extreme``; ``look`` for a
        modified z above 3.5), ``n`` (earlier years), ``method, reason`` (``not_reported``, ``too_few_points``).

    Examples
    --------
    >>> years = pd.DataFrame([[50.0, 51, 49, 50, 90]], columns=[2020, 2021, 2022, 2023, 2024])
    >>> leaps(years, years * 0 + 48)[["usual", "flag"]].values.tolist()
    [[50.0, 'extreme']]
    """
    own, level = alike(values, common)
    found = against_earlier(own - level, change=POINTS if x is not None else 0.0)
    now = level.iloc[:, -1]
    usual = now + found["median"]
    away = (own.iloc[:, -1] - usual).abs()
    if x is not None and n is not None:
        far = (away > POINTS) & beyond_chance(x, n, level, scale=scale)
    else:
        far = (away > THIRD * usual.abs()) & (away > step)
    reason = found["reason"].where(own.iloc[:, -1].notna(), "not_reported")
    given = reason == ""
    return frame(
        own.index,
        value=own.iloc[:, -1],
        usual=usual.where(given),
        lower=(now + found["lower"]).where(given),
        upper=(now + found["upper"]).where(given),
        flag=found["flag"].where(far & given, ""),
        n=found["n"],
        method=found["method"] + ", less what the others moved",
        reason=reason,
    )


def drifts(
    values: pd.DataFrame, x: pd.DataFrame, n: pd.DataFrame, common: pd.DataFrame, *, scale: float | pd.Series = 100.0
) -> pd.DataFrame:
    """Consistency over time (`consistency`), flagged only where chance and the move of all others do not explain it.

    Examples
    --------
    >>> x, n = (pd.DataFrame([row], columns=[2022, 2023, 2024]) for row in ([50.0, 52, 90], [100.0, 100, 100]))
    >>> drifts(x, x, n, x * 0 + 50)[["ratio", "flag"]].round(2).values.tolist()
    [[1.76, 'look']]
    """
    found = consistency(values)
    return found.assign(flag=found["flag"].where(beyond_chance(x, n, common, scale=scale), "").astype("str"))


def beyond_chance(
    x: pd.DataFrame, n: pd.DataFrame, common: pd.DataFrame, *, scale: float | pd.Series = 100.0
) -> pd.Series:
    """Whether the latest share differs from the pooled earlier ones by more than the others moved, at 99.8 %.

    Newcombe's interval of the difference; the others are many, so their own chance is left out. Fewer than 20 people
    are never judged.
    """
    counts, people = alike(x, n)
    level = alike(counts, common)[1].div(scale, axis=0)
    told = counts.notna() & people.notna() & level.notna()
    before = told.iloc[:, :-1]
    x0, n0, e0 = (part.iloc[:, :-1].where(before, 0.0).sum(axis=1) for part in (counts, people, level * people))
    low, high = difference(counts.iloc[:, -1], people.iloc[:, -1], x0, n0, SCREEN)
    moved = level.iloc[:, -1] - e0 / n0.where(n0 > 0)
    enough = people.iloc[:, -1] >= FEWEST
    return pd.Series(((low > moved) | (high < moved)) & enough, index=counts.index)


def repeats(x: pd.DataFrame, n: pd.DataFrame, *, bounded: bool | npt.ArrayLike = True) -> pd.DataFrame:
    r"""Counts that repeat the year before, numerator and denominator alike: perhaps copied.

    Parameters
    ----------
    x, n
        Numerators and denominators.
    bounded
        Whether x is a part of n (one flag, or one a row); else x counts events.

    Returns
    -------
    DataFrame
        ``years`` (how many years in a row repeat the one before), ``chance`` (that the numerators agree so often by
        chance, given the denominators), ``flag`` (``extreme`` below 0.2 %, ``look`` below 5 %), ``n`` (denominator),
        ``method, reason`` (``not_reported``; ``too_few_points`` without the year before; ``unstable`` for fewer than 20
        people).

    Notes
    -----
    Two draws from one distribution of variance v agree with probability about :math:`1/\sqrt{1 + 4\pi v}` (exact 1 for
    v = 0; 0.50 for one coin, where it gives 0.49). A register of things that last may repeat rightly: it is asked.

    Examples
    --------
    >>> x, n = (pd.DataFrame([row], columns=[2022, 2023, 2024]) for row in ([310.0, 310, 310], [800.0, 800, 800]))
    >>> repeats(x, n)[["years", "chance", "flag"]].round(4).values.tolist()
    [[2, 0.0004, 'extreme']]
    """
    counts, people = (part.to_numpy() for part in alike(x, n))
    index = wide(x).index
    if counts.shape[1] < 2:
        counts, people = (
            np.hstack([np.full((len(index), 2 - part.shape[1]), np.nan), part]) for part in (counts, people)
        )
    same = (counts[:, 1:] == counts[:, :-1]) & (people[:, 1:] == people[:, :-1])
    years = np.cumprod(same[:, ::-1], axis=1).sum(axis=1)
    now, whole = counts[:, -1], people[:, -1]
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = np.where(np.asarray(bounded, dtype=bool), 1 - now / whole, 1.0)
        once = 1 / np.sqrt(1 + 4 * np.pi * np.maximum(now * rest, 0))
    blank = np.isnan(now) | np.isnan(whole)
    alone = np.isnan(counts[:, -2]) | np.isnan(people[:, -2])
    reason = np.select([blank, alone, whole < FEWEST], ["not_reported", "too_few_points", "unstable"], "")
    chance = np.where((reason == "") & ~np.isnan(once), once**years, np.where(reason == "", 1.0, np.nan))
    flag = np.select([chance < CHANCE, chance < 1 - LOOK], ["extreme", "look"], "")
    return frame(index, years=years, chance=chance, flag=flag, n=whole, method="repeats the year before", reason=reason)


def too_many(flagged: int, checked: int, *, each: float = 1 - LOOK) -> bool:
    """Whether so many looks cannot all be chance, where chance alone would flag at most `each` of what is checked.

    Examples
    --------
    >>> too_many(9, 29), too_many(5, 100)
    (True, False)
    """
    return bool(stats.binom.sf(flagged - 1, checked, each) < CHANCE)


def slips(n: pd.DataFrame, group: pd.Series | pd.Index, *, at: float | None = None) -> pd.DataFrame:
    """Denominators that jump against their own other years: a digit too many, a wrong column.

    Parameters
    ----------
    n
        Denominators.
    group
        Group of each row (its indicator): where the whole register moved (median of five series or more), a village
        is judged against that.
    at
        The year that is judged, against the median of all others and, for ``extreme``, against each of them; the
        latest, against the earlier ones, by default.

    Returns
    -------
    DataFrame
        ``value, usual`` (expected that year), ``ratio``, ``flag`` (``extreme``: fivefold or a fifth, and beyond what
        chance makes in any cell of a regency; ``look``: outside 0.67 to 1.33 and beyond chance in this one; both as of
        two Poisson counts), ``n`` (other years), ``method, reason`` (``not_reported``, ``too_few_points``,
        ``unstable`` where both are below 20, or none is usual).

    Examples
    --------
    >>> years = pd.DataFrame([[112.0, 115, 1150]], columns=[2021, 2022, 2023])
    >>> slips(years, pd.Index(["S1-01"]))[["usual", "flag"]].values.tolist()
    [[113.5, 'extreme']]
    """
    told = wide(n)
    year = told.columns[-1] if at is None else at
    now, before = told[year], told.drop(columns=year)
    points = before.notna().sum(axis=1)
    usual = before.median(axis=1).where(points >= EARLIER[0])
    change = now / usual.where(usual > 0)
    keys = np.asarray(group)
    moved = change.groupby(keys).transform("median").where(change.groupby(keys).transform("count") >= CROWD, 1.0)
    usual = usual * moved.where(moved > 0, 1.0)
    small = (np.fmax(now, usual) < FEWEST) | (usual == 0)  # a digit too many shows in a small village too
    reason = np.select([now.isna(), usual.isna(), small], ["not_reported", "too_few_points", "unstable"], "")
    given = pd.Series(reason == "", index=told.index)
    ratio = (now / usual).where(given)
    apart: pd.Series = (now - usual).abs() / np.sqrt(now + usual)
    odd = ((ratio < USUAL[0]) | (ratio > USUAL[1])) & (apart > NORMAL_998)
    slipped = ((ratio >= SLIP) | (ratio <= 1 / SLIP)) & (apart > NORMAL_ALL)
    if at is not None:  # a year between others is odd against each of them, or one of those is
        slipped &= (now >= SLIP * before.max(axis=1)) | (now * SLIP <= before.min(axis=1))
    flag = np.select([slipped, odd], ["extreme", "look"], "")
    return frame(
        told.index, value=now, usual=usual.where(given), ratio=ratio, flag=flag, n=points,
        method="one year / median of the others", reason=reason,
    )  # fmt: skip


def unlikely_zeros(
    x: pd.DataFrame, n: pd.DataFrame, common: pd.DataFrame, *, scale: float | pd.Series = 100.0
) -> pd.DataFrame:
    """Zeros where the others have so many that none is hardly chance: perhaps a blank written as zero.

    Returns
    -------
    DataFrame
        ``years`` (zeros in a row up to the latest year), ``chance`` (of them all, at the share of the others),
        ``flag`` (``look`` below 0.2 %), ``n`` (denominator), ``method, reason`` (``not_reported``).

    Examples
    --------
    >>> x, n = pd.DataFrame({2024: [0.0]}), pd.DataFrame({2024: [40.0]})
    >>> unlikely_zeros(x, n, x + 30)[["years", "flag"]].values.tolist()
    [[1, 'look']]
    """
    counts, people = alike(x, n)
    level = alike(counts, common)[1].div(scale, axis=0).clip(0, 1).to_numpy()
    zero = (counts == 0).to_numpy()
    streak: Flags = np.cumprod(zero[:, ::-1], axis=1)[:, ::-1].astype(bool)
    whole = people.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(streak, np.nan_to_num(whole) * np.log1p(-np.nan_to_num(level)), 0.0)
    chance = np.exp(np.nan_to_num(each, nan=0.0).sum(axis=1))
    blank = counts.iloc[:, -1].isna().to_numpy()
    return frame(
        counts.index,
        years=streak.sum(axis=1),
        chance=np.where(blank, np.nan, chance),
        flag=np.where(~blank & (chance < CHANCE), "look", ""),
        n=whole[:, -1],
        method="zeros in a row, at the share of the others",
        reason=np.where(blank, "not_reported", ""),
    )


def without_each(
    x: pd.Series, n: pd.Series, group: pd.Series | pd.Index, *, scale: float | pd.Series = 100.0
) -> pd.DataFrame:
    """Value of a whole group with and without each of its rows: what one odd cell does to the sum.

    Returns
    -------
    DataFrame
        ``whole, without`` (blank for a single row), ``n`` (denominator without it), ``method, reason`` (a blank row
        takes no part: ``not_reported``).

    Examples
    --------
    >>> x, n = pd.Series([90.0, 8]), pd.Series([100.0, 900])
    >>> without_each(x, n, pd.Index(["a", "a"]))[["whole", "without"]].round(1).values.tolist()
    [[9.8, 0.9], [9.8, 90.0]]
    """
    told = x.notna() & n.notna()
    above, below = x.astype(float).where(told, 0.0), n.astype(float).where(told, 0.0)
    keys = np.asarray(group)
    sums, people = above.groupby(keys).transform("sum"), below.groupby(keys).transform("sum")
    rest = people - below
    return frame(
        x.index,
        whole=sums / people.where(people > 0) * scale,
        without=((sums - above) / rest.where(rest > 0) * scale).where(told),
        n=rest,
        method="ratio of sums",
        reason=np.where(told, "", "not_reported"),
    )
