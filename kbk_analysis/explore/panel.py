"""Would the meeting take up other problems? Sliders and switches whose every move draws the ranking again.

Input: what a meeting read and fixed. Output: a panel of widgets for JupyterLab. The panel computes nothing: each move
asks `whatif` for a trial and shows `plot_whatif` of it beside the meeting's ranking.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import ipywidgets as widgets

from kbk_analysis.charts.whatif import plot_whatif
from kbk_analysis.errors import InputFault
from kbk_analysis.exhibit import Exhibit
from kbk_analysis.i18n import integer, language, tr, using
from kbk_analysis.indicators.release import release
from kbk_analysis.narrative.priority_figures import judge_name, method_label
from kbk_analysis.narrative.whatif import no_weights_text, trial_note, trial_texts, weight_text
from kbk_analysis.priority.analysis import Priorities
from kbk_analysis.priority.chapter import Fixed
from kbk_analysis.priority.formula import Criterion, Method
from kbk_analysis.priority.inputs import MeetingInputs
from kbk_analysis.priority.methods import WORDS
from kbk_analysis.priority.whatif import has_weights, moved, usable_methods, whatif

TIMES: Final = tuple(step / 4 for step in range(21))  # a weight of 0 to 5 times what was fixed
MOST: Final = 10  # problems that a trial can take up
LOOK: Final = """<style>
.kbk-trial {font-size: 13px; line-height: 1.45; max-width: 760px}
.kbk-trial p {margin: 0 0 4px}
.kbk-trial .kbk-finding {font-size: 15px; font-weight: bold; margin-bottom: 6px}
.kbk-trial .kbk-note, .kbk-trial .kbk-source {color: var(--jp-ui-font-color2, #595959); font-size: 12px}
.kbk-trial img {display: block; width: 100%; margin: 8px 0 4px; background: white}
.kbk-trial table {border-collapse: collapse; width: 100%; margin: 10px 0 6px}
.kbk-trial th, .kbk-trial td {padding: 3px 6px; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--jp-border-color2, #d9d9d9); white-space: normal}
.kbk-trial thead th {vertical-align: bottom; font-size: 12px}
.kbk-trial .kbk-right {text-align: right}
.kbk-trial tbody th {font-weight: normal; width: 42%; overflow-wrap: anywhere}
</style>"""


class PriorityPanel:
    """Widgets of one meeting, and the trial that they show.

    Parameters
    ----------
    inputs, fixed
        From `read_meeting` and `fixed_method`.
    edition
        What may be shown.
    """

    def __init__(self, inputs: MeetingInputs, fixed: Fixed, edition: str = "internal") -> None:
        self.inputs, self.fixed, self.edition = inputs, fixed, edition
        self._language = language()  # a move comes later, maybe after another panel has changed it
        self._quiet = False
        self.meeting: Priorities = release(whatif(inputs, fixed), edition)
        self.trial: Priorities = self.meeting
        self._methods = {method.id: method for method in usable_methods(inputs, fixed)}
        self.method = widgets.Dropdown(
            options=[(method_label(id, method), id) for id, method in self._methods.items()],
            value=fixed.method.id,
            layout=_wide(),
        )
        places = range(1, max(fixed.top, min(MOST, len(inputs.problems))) + 1)
        self.top = _slider([(integer(n), n) for n in places], fixed.top)
        self.weights: dict[str, Any] = {}
        self._weights = widgets.VBox()
        self._no_weights = widgets.HTML()
        self.judges = {
            str(judge): widgets.Checkbox(
                value=True, description=judge_name(self.meeting, str(judge)), indent=False, tooltip=str(judge),
                layout=widgets.Layout(width="auto", margin="0"),
            )
            for judge in self.meeting.judges.index
        }  # fmt: skip
        self.reset = widgets.Button(description=tr("Kembali ke ketetapan rapat"), icon="undo", layout=_wide())
        self.shown = widgets.HTML()
        self.box = self._laid_out()
        for control in (self.method, self.top, *self.judges.values()):
            control.observe(self._move, names="value")
        self.reset.on_click(lambda _: self.back())
        self._move()

    def _laid_out(self) -> Any:
        grid = widgets.GridBox(
            list(self.judges.values()),
            layout=widgets.Layout(grid_template_columns="1fr 1fr", max_height="300px", overflow="auto", width="auto"),
        )
        parts = [
            _heading(tr("Metode")), self.method,
            _heading(tr("Banyaknya masalah teratas")), self.top,
            _heading(tr("Bobot kriteria, kali bobot rapat")), self._weights, self._no_weights,
            _heading(tr("Penilai yang dihitung")), grid,
            self.reset,
        ]  # fmt: skip
        controls = widgets.VBox(parts, layout=widgets.Layout(flex="0 0 330px", padding="0 18px 0 0"))
        shown = widgets.VBox([self.shown], layout=widgets.Layout(flex="1 1 480px", min_width="0"))
        return widgets.HBox([controls, shown], layout=widgets.Layout(flex_flow="row wrap", align_items="flex-start"))

    def back(self) -> None:
        """Set every slider and switch as the meeting fixed it."""
        with self._at_once():
            self.method.value, self.top.value = self.fixed.method.id, self.fixed.top
            for slider in self.weights.values():
                slider.value = 1.0
            for switch in self.judges.values():
                switch.value = True

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Many moves, one drawing."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False
        self._move()

    def _move(self, _: object = None) -> None:
        if self._quiet:
            return
        with using(self._language):
            chosen = self._methods[self.method.value]
            self._fit_weights(chosen)
            try:
                self.trial = release(
                    whatif(
                        self.inputs,
                        self.fixed,
                        weights={id: s.value for id, s in self.weights.items()} if has_weights(chosen) else None,
                        without=[judge for judge, switch in self.judges.items() if not switch.value],
                        method=chosen,
                        top=self.top.value,
                    ),
                    self.edition,
                )
            except InputFault as fault:  # all weights at nothing, or nobody left who scored a criterion
                self.shown.value = _frame("".join(_said(f"{f.message} {f.remedy}") for f in fault.findings))
                return
            texts = trial_texts(self.trial, self.meeting, moved(self.trial, self.meeting))
            (exhibit,) = plot_whatif(self.trial, self.meeting)
            self.shown.value = trial_html(exhibit, texts)

    def _fit_weights(self, method: Method) -> None:
        """One slider a criterion, at rest where the method has no weights."""
        if tuple(self.weights) != method.letters:
            self.weights = {
                c.id: _slider([(f"× {weight_text(times)}", times) for times in TIMES], 1.0) for c in method.criteria
            }
            for slider in self.weights.values():
                slider.observe(self._move, names="value")
            self._weights.children = tuple(
                widgets.VBox([widgets.Label(_criterion(c), layout=_wide()), self.weights[c.id]])
                for c in method.criteria
            )
        for slider in self.weights.values():
            slider.disabled = not has_weights(method)
        self._no_weights.value = "" if has_weights(method) else _frame(_said(no_weights_text(method)))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self.box._repr_mimebundle_(include=include, exclude=exclude)


def explore_priorities(inputs: MeetingInputs, fixed: Fixed, edition: str = "internal") -> PriorityPanel:
    """Panel that asks what if of a meeting's priorities; show it as the last line of a cell."""
    return PriorityPanel(inputs, fixed, edition)


def _criterion(criterion: Criterion) -> str:
    words = tr(WORDS.get(criterion.key, criterion.label))
    return words if criterion.id in (criterion.key, words) else f"{criterion.id}: {words}"


def _slider(options: list[tuple[str, Any]], value: Any) -> Any:
    return widgets.SelectionSlider(options=options, value=value, layout=_wide())


def _wide() -> Any:
    return widgets.Layout(width="auto")


def _heading(text: str) -> Any:
    return widgets.HTML(f"<b>{html.escape(text)}</b>", layout=widgets.Layout(margin="8px 0 0"))


def trial_html(exhibit: Exhibit, texts: tuple[str, ...]) -> str:
    """The trial as one piece of HTML: finding, sentences, figure, table. Everything in it is escaped."""
    said = "".join(map(_said, texts))
    parts = [f'<div role="status"><p class="kbk-finding">{html.escape(exhibit.title)}</p>{said}</div>']
    if exhibit.svg:
        picture = base64.b64encode(exhibit.svg.encode()).decode()
        parts.append(f'<img alt="{html.escape(exhibit.alt)}" src="data:image/svg+xml;base64,{picture}">')
    parts.append(_table(exhibit))
    parts += [f'<p class="kbk-note">{html.escape(note)}</p>' for note in (*exhibit.notes, trial_note())]
    source = tr("Sumber: {source}; {n}", source=exhibit.source, n=exhibit.n) if exhibit.n else exhibit.source
    parts.append(f'<p class="kbk-source">{html.escape(source)}</p>')
    return _frame("".join(parts))


def _table(exhibit: Exhibit) -> str:
    sides = ["kbk-right" if field.align == "right" else "kbk-left" for field in exhibit.fields]
    head = "".join(
        f'<th scope="col" class="{side}">{html.escape(field.label)}</th>'
        for field, side in zip(exhibit.fields, sides, strict=True)
    )
    body = ""
    for row in exhibit.display_rows():
        cells = ""
        for field, side, cell in zip(exhibit.fields, sides, row, strict=True):
            tag = 'th scope="row"' if field.strong else "td"
            cells += f'<{tag} class="{side}" data-key="{field.key}">{html.escape(cell)}</{tag.split()[0]}>'
        body += f"<tr>{cells}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _said(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _frame(content: str) -> str:
    return f'{LOOK}<div class="kbk-trial">{content}</div>'
