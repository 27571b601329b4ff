"""A demo dataset that is never written, and the situations of its areas as the reports would hold them.

The reports of one dataset share most of their work: the cells, the sums of the regency, the classes. Here each is done
once. Everything else is `analyse_situation` itself: whatever it learns to tell is tested as soon as it tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Final, cast
from unittest import mock

import pandas as pd

from kbk_analysis.catalogue import Catalogue, load_catalogue
from kbk_analysis.data.demo import build_demo, observations
from kbk_analysis.data.demo.build import TITLE
from kbk_analysis.data.demo.places import places
from kbk_analysis.data.demo.plantings import NOTHING, Plantings
from kbk_analysis.data.demo.world import PERIODS
from kbk_analysis.data.store import Dataset
from kbk_analysis.schema import AreaLevel, Known
from kbk_analysis.situation import analysis, cell_checks, checks, spreads
from kbk_analysis.situation.inputs import Inputs, read_inputs
from kbk_analysis.situation.result import Situation

REGENCY: Final = places().regency[0]
DISTRICTS: Final = tuple(code for code, _ in places().districts)
LATEST: Final = "2024"
FORMATION_YEAR: Final = 2026
CATALOGUE: Final = load_catalogue()
SPREADS: Final = ("DEVELOPMENT_SPREAD", "DISTRICT_SPREAD", "VILLAGE_SPREAD")


@contextmanager
def chance_alone(wanted: bool = True) -> Iterator[None]:
    """Within it villages of a demo differ by chance alone: every village has the same true share."""
    with ExitStack() as stack:
        for name in SPREADS if wanted else ():
            stack.enter_context(mock.patch.object(observations, name, 0.0))
        yield


class Demo:
    """What the reports of one demo dataset say.

    Parameters
    ----------
    seed, plantings
        As for `build_demo`.
    alike
        Whether villages differ by chance alone.
    funnels
        Whether the funnel is made too, which repeats the verdicts and takes its time.
    """

    def __init__(
        self, seed: int, plantings: Plantings = NOTHING, *, alike: bool = False, funnels: bool = False
    ) -> None:
        with chance_alone(alike):
            self.tables = build_demo(seed=seed, plantings=plantings)
        self.seed, self.plantings, self.alike = seed, plantings, alike
        self._dataset = cast(Dataset, Tables(self.tables))
        self._work = SharedWork(funnels=funnels)
        self._inputs: dict[tuple[bool, str], Inputs] = {}
        self._seen: dict[tuple[str, str], Situation] = {}

    def see(self, area: str, period: str = LATEST) -> Situation:
        """The situation of a district or the regency, as released in no edition: on full counts."""
        key = (area, period)
        if key not in self._seen:
            with self._work.patched():
                self._seen[key] = analysis.analyse_situation(self._slice(area, period), formation_year=FORMATION_YEAR)
        return self._seen[key]

    def reports(self) -> list[Situation]:
        """All districts and the regency, latest year."""
        return [self.see(area) for area in (*DISTRICTS, REGENCY)]

    def _slice(self, area: str, period: str) -> Inputs:
        """Slice of one area, holding the very frames that the slices of all others hold."""
        below = area != REGENCY
        for one in (True, below):  # frames of the districts come first, because all share them
            if (one, period) not in self._inputs:
                found = read_inputs(self._dataset, area_code=DISTRICTS[0] if one else REGENCY, period=period)
                if not one:
                    shared = self._inputs[True, period]
                    assert len(found.observations) == len(shared.observations)
                    found = replace(found, observations=shared.observations, kampung=shared.kampung)
                self._inputs[one, period] = found
        found = self._inputs[below, period]
        units = tuple(found.areas.index[found.areas["parent_code"] == area])
        return replace(found, area_code=area, units=units)


class Tables:
    """Tables in memory, as far as `read_inputs` asks a dataset for them."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    def known(self) -> Known:
        areas = self._tables["areas"]
        rows = zip(areas["code"], areas["name"], areas["level"], areas["parent_code"], strict=True)
        return Known(
            areas={code: (name, AreaLevel(level), parent) for code, name, level, parent in rows},
            periods=PERIODS,
            indicators=tuple(CATALOGUE.indicators),
            synthetic=True,
            title=TITLE,
        )

    def table(self, name: str, **wanted: list[str]) -> pd.DataFrame:
        rows = self._tables[name]
        for column, values in wanted.items():
            rows = rows[rows[column].isin(values)]
        return rows.reset_index(drop=True)

    def corrections(self) -> pd.DataFrame:
        return pd.DataFrame()

    def source_names(self) -> dict[str, str]:
        return {}

    def boundaries(self, _: AreaLevel) -> None:
        return None


NO_FLAGS: Final = pd.DataFrame({"severity": []})
# Steps that claim no difference: they draw what is told elsewhere, or check whole tables in which nothing is planted.
LEFT_OUT: Final[tuple[tuple[object, str, Any], ...]] = (
    (analysis, "ranking_table", pd.DataFrame()),
    (analysis, "change_table", pd.DataFrame()),
    (analysis, "spread_years", pd.DataFrame(columns=list(spreads.YEARS))),
    (analysis, "conflict_table", pd.DataFrame()),
    (analysis, "risk_table", pd.DataFrame()),
    (analysis, "ibangga_tables", (pd.DataFrame(), pd.DataFrame())),
    (analysis, "disclosure_counts", pd.DataFrame()),
    (analysis, "next_steps", None),
    (spreads, "_split", {}),
    (spreads, "_slope", {}),
    (checks, "_table_checks", []),
    (checks, "kampung_checks", []),
    (checks, "_sources", cell_checks.Checked("sources_apart", NO_FLAGS, 0)),
    (checks, "_impossible", cell_checks.Checked("part_above_whole", NO_FLAGS, 0)),
)


class SharedWork:
    """Steps of `analyse_situation` that give the same for every area of a dataset, each done once.

    A step is known by the very objects it is given, which are kept so that none takes the place of another.
    """

    def __init__(self, *, funnels: bool) -> None:
        self._done: dict[Hashable, tuple[Any, Any]] = {}
        self._left_out = LEFT_OUT if funnels else ((analysis, "funnel_table", pd.DataFrame()), *LEFT_OUT)

    @contextmanager
    def patched(self) -> Iterator[None]:
        shared = (
            (analysis, "village_cells", self._once(analysis.village_cells)),
            (analysis, "join_exports", self._once(analysis.join_exports)),
            (analysis, "classify", self._once(analysis.classify)),
            (analysis, "aggregate", self._aggregate(analysis.aggregate)),
            (analysis, "spread_table", self._of_itself(analysis.spread_table)),
            (cell_checks, "judge_cells", self._judge(cell_checks.judge_cells)),
        )
        with ExitStack() as stack:
            for place, name, step in shared:
                stack.enter_context(mock.patch.object(place, name, step))
            for place, name, result in self._left_out:
                stack.enter_context(mock.patch.object(place, name, lambda *_, _found=result, **__: _found))
            yield

    def _once(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def done(first: Any, *others: Any) -> Any:
            return self._keep((step.__name__, id(first)), first, lambda: step(first, *others))

        return done

    def _aggregate(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def done(cells: pd.DataFrame, group: pd.Series, catalogue: Catalogue, *others: Any) -> Any:
            def work() -> Any:
                return step(cells, group, catalogue, *others)

            if cells.empty or group.nunique() > 1:
                return work()
            return self._keep(("aggregate", id(cells), group.iloc[0], others), cells, work)

        return done

    def _of_itself(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Without the rows of the area above, of which no finding of the area speaks."""

        def done(cells: pd.DataFrame, levels: pd.DataFrame, area: str, _: str, catalogue: Catalogue) -> Any:
            return step(cells, levels, area, area, catalogue)

        return done

    def _judge(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def done(cells: pd.DataFrame, periods: pd.Series, catalogue: Catalogue) -> Any:
            shown = tuple(sorted(periods.items()))
            return self._keep(("judge", id(cells), shown), cells, lambda: step(cells, periods, catalogue))

        return done

    def _keep(self, key: Hashable, given: Any, work: Callable[[], Any]) -> Any:
        if key not in self._done:
            self._done[key] = (given, work())
        return self._done[key][1]
