"""Every figure at every size on one page, in colour and in grey, to be looked at.

    make figures
    python -m tests.charts.contact_sheet OUT.html [CHART ...] [--lang en]

OUT.html holds everything it shows. Each figure stands at print size beside its grey copy, under its title and over
its alternative text. `CHART` keeps the functions whose names hold it: ``rug``, ``map``.
"""

import argparse
import base64
import html
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kbk_analysis import i18n
from kbk_analysis.charts.acceptability import plot_rank_shares
from kbk_analysis.charts.classes import plot_classes
from kbk_analysis.charts.completeness import plot_completeness
from kbk_analysis.charts.formation import plot_formation
from kbk_analysis.charts.funnel import plot_funnel
from kbk_analysis.charts.ibangga import plot_ibangga
from kbk_analysis.charts.indicators import plot_targets
from kbk_analysis.charts.judges import plot_judges
from kbk_analysis.charts.maps import plot_map
from kbk_analysis.charts.quadrants import plot_places
from kbk_analysis.charts.ranges import plot_class_ranges
from kbk_analysis.charts.ranked import plot_ranked
from kbk_analysis.charts.risk import plot_risk
from kbk_analysis.charts.rug import plot_differences, plot_rug
from kbk_analysis.charts.sasaran import plot_sasaran
from kbk_analysis.charts.series import plot_series
from kbk_analysis.charts.slope import plot_slope
from kbk_analysis.charts.spread_bars import plot_spreads
from kbk_analysis.charts.stages import plot_stages
from kbk_analysis.charts.waterfall import plot_gap
from kbk_analysis.charts.ways import plot_methods
from kbk_analysis.charts.weights import plot_weights
from kbk_analysis.data.store import open_dataset
from kbk_analysis.exhibit import Exhibit
from kbk_analysis.indicators.release import release
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.situation.analysis import analyse_situation
from kbk_analysis.situation.inputs import read_inputs
from kbk_analysis.situation.result import Situation
from tests.charts.conftest import CASES
from tests.priority_fixture.build import CASES as MEETINGS
from tests.priority_fixture.build import make_priorities
from tests.situation_fixture.build import LONG, SHARES, make_situation

CHARTS: dict[str, Callable[[Situation], Exhibit | Iterable[Exhibit]]] = {
    "plot_classes": plot_classes,
    "plot_class_ranges": plot_class_ranges,
    "plot_completeness of kampung": plot_completeness,
    "plot_completeness of indicators": lambda situation: plot_completeness(situation, "indicators"),
    "plot_targets": lambda situation: [one for id in ("S1", "S2", "S3", "S4") for one in plot_targets(situation, id)],
    "plot_differences": plot_differences,
    "plot_rug": plot_rug,
    "plot_map": plot_map,
    "plot_series": lambda situation: plot_series(situation, list(SHARES)),
    "plot_series of what is found": plot_series,
    "plot_formation": plot_formation,
    "plot_funnel": plot_funnel,
    "plot_ranked": plot_ranked,
    "plot_slope": plot_slope,
    "plot_spreads": plot_spreads,
    "plot_gap": plot_gap,
    "plot_ibangga": plot_ibangga,
    "plot_risk": plot_risk,
    "plot_sasaran": plot_sasaran,
    "plot_stages": plot_stages,
}
PRIORITIES: dict[str, Callable[[Priorities], Iterable[Exhibit]]] = {
    "plot_rank_shares of judges": plot_rank_shares,
    "plot_rank_shares of weights": lambda priorities: plot_rank_shares(priorities, "weights"),
    "plot_judges": plot_judges,
    "plot_weights": plot_weights,
    "plot_methods": plot_methods,
    "plot_places": plot_places,
}
HEAD = """<!doctype html><meta charset="utf-8"><title>Figures</title><style>
body{font:13px sans-serif;margin:16px;width:1300px}h2{margin:24px 0 4px;border-top:3px solid #000}
figure{margin:8px 0 18px;break-inside:avoid}figcaption{font-weight:bold;margin-bottom:4px}
i{background-size:100% 100%;display:inline-block;margin-right:24px;outline:1px dotted #ccc}.grey{filter:grayscale(1)}
p{margin:2px 0;color:#555}</style>
"""


def page(exhibits: Iterable[tuple[str, Exhibit]]) -> str:
    """HTML of all exhibits; those of one heading follow each other."""
    parts, heading = [HEAD], ""
    for number, (name, exhibit) in enumerate(exhibits):
        if name != heading:
            parts.append(f"<h2>{html.escape(name)}</h2>")
            heading = name
        parts.append(f"<figure><figcaption>{html.escape(exhibit.title)} [{len(exhibit.title)}]</figcaption>")
        if exhibit.svg:
            size = exhibit.svg.split('width="', 1)[1].split('"', 1)[0], exhibit.svg.split('height="', 1)[1]
            width, height = size[0], size[1].split('"', 1)[0]
            data = base64.b64encode(exhibit.svg.encode()).decode()
            parts.append(f"<style>.f{number}{{width:{width};height:{height};")
            parts.append(f"background-image:url(data:image/svg+xml;base64,{data})}}</style>")
            parts.append(f'<i class="f{number}"></i><i class="f{number} grey"></i>')
        told = [exhibit.alt, f"{exhibit.source} | {exhibit.n}", *exhibit.notes]
        parts += [f"<p>{html.escape(text)}</p>" for text in told if text]
        parts.append("</figure>\n")
    return "".join(parts)


def situations() -> Iterable[tuple[str, Situation]]:
    """The invented cases, and a district and the regency of the demo data."""
    for case, options in CASES.items():
        yield case, make_situation(**{**options, **({"names": LONG} if "names" in options else {})})
    with open_dataset("demo") as dataset:
        for area_code in ("99.01.01", "99.01"):
            inputs = read_inputs(dataset, area_code=area_code, period="2024")
            yield f"demo {area_code}", release(analyse_situation(inputs, formation_year=2026), "public")


def meetings() -> Iterable[tuple[str, Priorities]]:
    """Invented meetings."""
    for case, options in MEETINGS.items():
        yield case, make_priorities(**options)


def collect(only: Iterable[str] = ()) -> Iterable[tuple[str, Exhibit]]:
    """Every figure of every case, figures of one function together."""
    wanted = list(only)
    sets = ((CHARTS, situations), (PRIORITIES, meetings))
    for charts, made in sets:
        kept = {name: chart for name, chart in charts.items() if not wanted or any(word in name for word in wanted)}
        yield from _drawn(kept, dict(made()) if kept else {})


def _drawn(charts: dict[str, Callable[[Any], Any]], cases: dict[str, Any]) -> Iterable[tuple[str, Exhibit]]:
    for name, chart in charts.items():
        for case, result in cases.items():
            found = chart(result)
            for exhibit in [found] if isinstance(found, Exhibit) else found:
                yield f"{name}: {case}", exhibit


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("charts", nargs="*")
    parser.add_argument("--lang", default="id", choices=i18n.LANGUAGES)
    asked = parser.parse_args()
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with i18n.using(asked.lang):
        asked.out.write_text(page(collect(asked.charts)), encoding="utf-8")


if __name__ == "__main__":
    main()
