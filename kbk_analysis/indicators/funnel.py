"""Funnels: which areas lie further from the centre than chance would put an area of their size.

Two pairs of limits, 95 % and 99.8 %, around the share of all areas together or a fixed centre. When the areas differ
more than chance as a whole, widened limits stand beside the plain ones, and above ``phi`` 2 the difference itself is
the finding, not the list of areas outside. Below ten areas there is no funnel.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbk_analysis.indicators.benchmarks import score_p
from kbk_analysis.indicators.proportions import LOOK, SCREEN
from kbk_analysis.indicators.rows import Column, Floats, Reasons, align, count_reasons, first_reason, frame, usable

MINIMUM: Final = 10  # areas
TRIM: Final = 0.1  # share of areas pulled in at each end before the spread is measured
APART: Final = 2.0  # phi; above it the areas differ more than chance
PAIRS: Final = {"95": LOOK, "998": SCREEN}
LIMITS: Final = tuple(f"{side}{name}" for name in PAIRS for side in ("lower", "upper"))


def share_limits(n: npt.ArrayLike, centre: npt.ArrayLike, confidence: float = LOOK) -> tuple[Floats, Floats]:
    r"""Funnel of shares in the score form: the shares whose Wilson limit is just the centre.

    Notes
    -----
    .. math:: \theta \pm z\sqrt{\theta(1-\theta)/n}

    cut at 0 and 1. The Wilson interval of y holds every theta with :math:`|y-\theta| \le z\sqrt{\theta(1-\theta)/n}`,
    so solving for y needs no root. As in the Fingertips technical guidance.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in share_limits(100, 0.8)]
    [0.722, 0.878]
    """
    size, theta = np.asarray(n, dtype=np.float64), np.asarray(centre, dtype=np.float64)
    usable = (size > 0) & (theta >= 0) & (theta <= 1)
    size, theta = np.where(usable, size, np.nan), np.where(usable, theta, np.nan)
    half = NormalDist().inv_cdf(0.5 + confidence / 2) * np.sqrt(theta * (1 - theta) / size)
    return np.maximum(theta - half, 0.0), np.minimum(theta + half, 1.0)


def ratio_limits(
    expected: npt.ArrayLike, centre: npt.ArrayLike = 1.0, confidence: float = LOOK
) -> tuple[Floats, Floats]:
    r"""Funnel of ratios in the control form: the ratios whose exact Poisson limit is just the centre.

    The same idea as `share_limits`. Where no event at all would not be unusual the lower limit is 0.

    Notes
    -----
    With m the events expected at the centre, the limits are y/E with

    .. math:: P(X \le y_L \mid m) = \alpha/2,\quad P(X \ge y_U \mid m) = \alpha/2

    for X Poisson, interpolated between whole counts by the incomplete gamma function. Spiegelhalter (2005), Stat. Med.
    24: 1185-1202.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in ratio_limits(20)]
    [0.562, 1.485]
    """
    events, mean = _events(expected, centre)
    tail = (1 - confidence) / 2
    lower, upper = special.gdtrib(1.0, 1 - tail, mean) - 1, special.gdtrib(1.0, tail, mean)
    return np.maximum(lower, 0) / events, upper / events


def ratio_interval(
    expected: npt.ArrayLike, centre: npt.ArrayLike = 1.0, confidence: float = LOOK
) -> tuple[Floats, Floats]:
    r"""Funnel of ratios in the interval form: exact limits of an area that had just the events expected.

    The form of much published work. With fewer than about 15 events expected it is no control limit: no event where 2
    are expected happens to one area in seven, and lies below it.

    Notes
    -----
    .. math:: \frac{\chi^2_{\alpha/2,\,2m}}{2E},\quad \frac{\chi^2_{1-\alpha/2,\,2m+2}}{2E}

    with m the events expected at the centre and E those expected at a ratio of 1.

    Examples
    --------
    >>> [round(float(limit), 3) for limit in ratio_interval(20)]
    [0.611, 1.544]
    """
    events, mean = _events(expected, centre)
    tail = (1 - confidence) / 2
    return special.gammaincinv(mean, tail) / events, special.gammainccinv(mean + 1, tail) / events


def _events(expected: npt.ArrayLike, centre: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Events expected, and those expected at the centre; blank unless both are above zero."""
    events, middle = np.asarray(expected, dtype=np.float64), np.asarray(centre, dtype=np.float64)
    usable = (events > 0) & (middle > 0)
    return np.where(usable, events, np.nan), np.where(usable, events * middle, np.nan)


class Spread(NamedTuple):
    """How far areas lie from the centre, taken together."""

    z: Floats
    winsorised: Floats
    phi: float
    tau2: float


def overdispersion(y: npt.ArrayLike, centre: float, error: npt.ArrayLike, trim: float = TRIM) -> Spread:
    r"""Spread of transformed values beyond chance.

    Parameters
    ----------
    y, centre, error
        Values and centre on the transformed scale, and the standard error of each value; blanks are left out. At
        least two values.
    trim
        Share pulled in to the quantile at each end; 0 leaves all values as they are.

    Notes
    -----
    .. math:: z_i = \frac{y_i - y_0}{s_i},\quad \phi = \frac1I\sum z_i^2,\quad
              \tau^2 = \frac{I\phi - (I-1)}{\sum w - \sum w^2/\sum w},\ w = 1/s^2

    with the winsorised z; tau2 is zero unless :math:`I\phi > I - 1`. Spiegelhalter (2005), Stat. Med. 24: 1185-1202.

    Examples
    --------
    >>> round(overdispersion([0.4, 0.5, 0.6], 0.5, [0.05, 0.05, 0.05], trim=0).phi, 3)
    2.667
    """
    values, s = np.broadcast_arrays(np.asarray(y, dtype=np.float64), np.asarray(error, dtype=np.float64))
    z = (values - centre) / s
    used = ~np.isnan(z)
    areas = int(used.sum())
    if areas < 2:
        raise ValueError("the spread of fewer than two values is not defined")
    low, high = np.quantile(z[used], [trim, 1 - trim])
    pulled = np.clip(z, low, high)
    phi = float(np.mean(pulled[used] ** 2))
    w = 1 / s[used] ** 2
    excess = areas * phi - (areas - 1)
    return Spread(z, pulled, phi, float(max(excess, 0) / (w.sum() - (w**2).sum() / w.sum())))


def share_p(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, centre: npt.ArrayLike, tau2: npt.ArrayLike = 0.0
) -> Floats:
    r"""Two-sided p of the share x/n against the centre of a funnel, given how far areas lie apart beyond chance.

    Below 1 - confidence exactly where `share_funnel` puts the share outside its widened limits of that confidence.

    Parameters
    ----------
    numerator, denominator
        Counts.
    centre
        Share of all, 0 to 1.
    tau2
        Variance between areas beyond chance, of `overdispersion` on the arcsine scale; 0 or blank is none.

    Notes
    -----
    .. math:: z = \frac{\arcsin\sqrt{x/n} - \arcsin\sqrt{\theta}}{\sqrt{1/(4n) + \tau^2}},\quad p = 2\,\Phi(-|z|)

    and `score_p` where :math:`\tau^2` is 0. Spiegelhalter (2005), Stat. Med. 24: 1185-1202.

    Examples
    --------
    >>> [round(float(share_p(60, 100, 0.5, tau2)), 3) for tau2 in (0, 0.01)]
    [0.046, 0.368]
    """
    plain = score_p(numerator, denominator, centre)
    x, n, theta, beyond = (np.asarray(item, dtype=np.float64) for item in (numerator, denominator, centre, tau2))
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(theta))
        widened = 2 * special.ndtr(-np.abs(away) / np.sqrt(1 / (4 * n) + beyond))
    return np.asarray(np.where((beyond > 0) & ~np.isnan(plain), widened, plain))


def share_funnel(
    numerator: Column,
    denominator: Column,
    *,
    centre: float | None = None,
    scale: float = 100.0,
    trim: float = TRIM,
    minimum: int = MINIMUM,
) -> pd.DataFrame:
    """Each area against the funnel of shares.

    Parameters
    ----------
    numerator, denominator
        Counts of each area; areas without a value take no part.
    centre
        In the unit of `scale`; without it the sum of numerators over the sum of denominators.

    Returns
    -------
    DataFrame
        ``value, n, centre``; plain limits ``lower95, upper95, lower998, upper998`` and ``position`` (``above_998,
        above_95, inside, below_95, below_998``); the same widened for overdispersion under ``wide_``, on the arcsine
        scale, equal to the plain ones when ``tau2`` is 0; ``phi, tau2``; ``spread_out`` whether phi exceeds 2;
        ``areas`` taking part; ``method``; ``reason`` of `count_reasons`, or ``too_few_areas``.

    Examples
    --------
    >>> share_funnel([80] * 9 + [40], [100] * 10)["position"].tolist()[-2:]
    ['inside', 'below_998']
    """
    index, (x, n) = align(numerator, denominator)
    reason = count_reasons(x, n, bounded=True)
    x, n = usable(reason, x, n)
    people = np.nansum(n)
    theta = (np.nansum(x) / people if people else np.nan) if centre is None else centre / scale
    if not 0 <= theta <= 1 and centre is not None:
        raise ValueError("the centre of a funnel of shares lies between none and all")
    limits = [limit for confidence in PAIRS.values() for limit in share_limits(n, theta, confidence)]
    angles = _Scale(np.arcsin(np.sqrt(x / n)), float(np.arcsin(np.sqrt(theta))), 1 / (2 * np.sqrt(n)), _from_angle)
    columns = _funnel(x / n, theta, limits, angles, reason, scale, trim, minimum)
    return frame(index, n=n, method="score", **columns)


def ratio_funnel(
    observed: Column,
    expected: Column,
    *,
    centre: float | None = None,
    scale: float = 100.0,
    trim: float = TRIM,
    minimum: int = MINIMUM,
    form: Literal["control", "interval"] = "control",
) -> pd.DataFrame:
    """Each area against the funnel of standardised ratios, with exact Poisson limits.

    Parameters
    ----------
    observed, expected
        Events of each area; ``n`` of the result is the events expected.
    centre
        In the unit of `scale`; without it, as many events as expected.
    form
        ``control`` for `ratio_limits`, ``interval`` for `ratio_interval`.

    Returns
    -------
    DataFrame
        As `share_funnel`, widened on the square-root scale; ``method`` is ``exact_poisson_`` and the form.

    Examples
    --------
    >>> ratio_funnel([20] * 9 + [50], [20] * 10)["position"].tolist()[-2:]
    ['inside', 'above_998']
    """
    index, (x, n) = align(observed, expected)
    reason = count_reasons(x, n, bounded=False)
    x, n = usable(reason, x, n)
    theta = 1.0 if centre is None else centre / scale
    if not theta > 0:
        raise ValueError("the centre of a funnel of ratios lies above zero")
    form_limits = {"control": ratio_limits, "interval": ratio_interval}[form]
    limits = [limit for confidence in PAIRS.values() for limit in form_limits(n, theta, confidence)]
    roots = _Scale(np.sqrt(x / n), float(np.sqrt(theta)), 1 / (2 * np.sqrt(n)), _from_root)
    columns = _funnel(x / n, theta, limits, roots, reason, scale, trim, minimum)
    return frame(index, n=n, method=f"exact_poisson_{form}", **columns)


class _Scale(NamedTuple):
    """Values on a scale where chance is alike for all shares, and the way back."""

    y: Floats
    centre: float
    error: Floats
    back: Callable[[Floats], Floats]


def _from_angle(angle: Floats) -> Floats:
    return np.asarray(np.sin(np.clip(angle, 0, np.pi / 2)) ** 2)


def _from_root(root: Floats) -> Floats:
    return np.asarray(np.maximum(root, 0) ** 2)


def _funnel(
    value: Floats,
    centre: float,
    limits: list[Floats],
    changed: _Scale,
    reason: Reasons,
    scale: float,
    trim: float,
    minimum: int,
) -> dict[str, object]:
    areas = int((reason == "").sum())
    few = areas < max(minimum, 2)
    reason = first_reason(reason, (np.full(len(reason), few), "too_few_areas"))
    limits = usable(reason, *limits)
    wide, phi, tau2 = limits, np.nan, np.nan
    if not few:
        _, _, phi, tau2 = overdispersion(changed.y, changed.centre, changed.error, trim)
        if tau2 > 0:
            reach = np.sqrt(changed.error**2 + tau2)
            z = [side * NormalDist().inv_cdf(0.5 + level / 2) for level in PAIRS.values() for side in (-1, 1)]
            wide = [changed.back(changed.centre + step * reach) for step in z]
    return {
        "value": value * scale,
        "centre": centre * scale,
        **{name: limit * scale for name, limit in zip(LIMITS, limits, strict=True)},
        "position": _position(value, limits),
        **{f"wide_{name}": limit * scale for name, limit in zip(LIMITS, wide, strict=True)},
        "wide_position": _position(value, wide),
        "phi": phi,
        "tau2": tau2,
        "spread_out": phi > APART,
        "areas": areas,
        "reason": reason,
    }


def _position(value: Floats, limits: list[Floats]) -> Reasons:
    low, high, lowest, highest = limits
    tests = [value > highest, value < lowest, value > high, value < low, ~np.isnan(low)]
    words = np.array(["above_998", "below_998", "above_95", "below_95", "inside", ""], dtype=object)
    return np.asarray(words[np.select(tests, range(5), default=5)])
