r"""What a chapter shows: exhibits (charts and tables), words, headline facts.

These three types are the only bridge from analysis to publication. A notebook cell returns one (or
`show`\\ s several); its mimebundle carries a picture or text for JupyterLab and the whole content as
``application/vnd.kbk.*+json``, which is all that the exporters read.

Values stay raw (numbers, not strings) beside a format name, so that HTML and PDF print them in the
reader's language and a workbook receives numbers. A value that could not be given is a `Refusal`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal

from kbk_analysis import i18n
from kbk_analysis.errors import Refusal

EXHIBIT_MIME: Final = "application/vnd.kbk.exhibit+json"
TEXT_MIME: Final = "application/vnd.kbk.text+json"
FACTS_MIME: Final = "application/vnd.kbk.facts+json"


@dataclass(frozen=True, slots=True)
class Marked:
    """A number with the sign of its verdict beside it (▲ ● ▼)."""

    number: float
    sign: str


Value = str | int | float | bool | None | Refusal | Marked
Format = Literal[
    "text", "code", "integer", "brief", "decimal1", "decimal2", "decimal4", "percent0", "percent1", "date", "money"
]


class Place(StrEnum):
    """Where in the report: cover, summary (`LEAD` opens it), chapters, minutes to be signed, annex."""

    COVER = "cover"
    LEAD = "lead"
    SUMMARY = "summary"
    BODY = "body"
    MINUTES = "minutes"
    ANNEX = "annex"


def format_value(value: Value, form: Format) -> str:
    """Write one value in the reader's language.

    Parameters
    ----------
    value
        The raw value; ``None`` is 'not reported' and never becomes 0.
    form
        A `Format`; ``percent1`` expects a value in per cent, ``brief`` keeps about two figures.

    Examples
    --------
    >>> format_value(1234.5, "decimal1")
    '1.234,5'
    >>> format_value(None, "integer")
    'belum lapor'
    """
    if isinstance(value, Refusal):
        return value.short
    if isinstance(value, Marked):
        return f"{format_value(value.number, form)}\u00a0{value.sign}".rstrip("\u00a0")
    if value is None or value != value:
        return Refusal("not_reported").short
    if isinstance(value, bool):
        return i18n.tr("ya") if value else i18n.tr("tidak")
    if isinstance(value, str):
        return i18n.date(value, "medium").replace(" ", "\u00a0") if form == "date" else value
    if form.startswith("decimal"):
        return i18n.decimal(value, int(form[-1]))
    if form.startswith("percent"):
        return i18n.percent(value, int(form[-1]))
    if form == "money":
        return i18n.money(value)
    if form == "integer":
        return i18n.integer(value)
    if form == "brief":
        return i18n.brief(value)
    return str(value)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an exhibit's table: `key`, printed `label`, `form` of its values, width `weight` for print.

    `strong` marks the column that heads each row (``<th scope="row">``).
    """

    key: str
    label: str
    form: Format = "text"
    weight: float = 1.0
    strong: bool = False

    @property
    def align(self) -> str:
        """``left`` for words, ``right`` for numbers."""
        return "left" if self.form in ("text", "code", "date") else "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A chart with its table, a table alone, or a statement: a title and notes where there is nothing to draw or list.

    Parameters
    ----------
    id
        Stable name within the chapter, ``[a-z0-9-]+``.
    title
        States the finding.
    alt
        What a reader who cannot see it needs: kind, range, main finding, exceptions. Required with a figure.
    source
        Source line: files and their dates.
    n
        On how many of how many units it rests, as a phrase.
    fields, rows
        The table; every row has one value a field. A statement has none.
    svg
        The figure, text as paths; empty for a table alone.
    place
        Where in the report it goes. The table of a chart is folded under it in HTML and printed in the annex.
    notes
        Short remarks printed under the exhibit.
    """

    id: str
    title: str
    source: str
    n: str
    fields: tuple[Field, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    alt: str = ""
    svg: str = ""
    place: Place = Place.BODY
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.svg and not self.alt:
            raise ValueError(f"exhibit {self.id!r} has a figure but no alt text")
        wrong = [i for i, row in enumerate(self.rows) if len(row) != len(self.fields)]
        if wrong:
            raise ValueError(f"exhibit {self.id!r}: rows {wrong[:5]} do not have {len(self.fields)} values")

    def display_rows(self) -> list[list[str]]:
        """The table as it is read: every value formatted in the language in use."""
        return [[format_value(v, f.form) for v, f in zip(row, self.fields, strict=True)] for row in self.rows]

    def payload(self) -> dict[str, Any]:
        """Plain JSON content; the figure itself travels beside it as ``image/svg+xml``."""
        return {
            "id": self.id,
            "title": self.title,
            "alt": self.alt,
            "source": self.source,
            "n": self.n,
            "place": self.place.value,
            "figure": bool(self.svg),
            "notes": list(self.notes),
            "fields": [
                {
                    "key": f.key,
                    "label": f.label,
                    "form": f.form,
                    "align": f.align,
                    "weight": f.weight,
                    "strong": f.strong,
                }
                for f in self.fields
            ],
            "rows": [[_plain(v) for v in row] for row in self.rows],
            "display": self.display_rows(),
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {EXHIBIT_MIME: self.payload(), "text/plain": self.title}
        if self.svg:
            bundle["image/svg+xml"] = self.svg
        else:
            bundle["text/html"] = self._html_table()
        return bundle

    def _html_table(self) -> str:
        head = "".join(f"<th>{html.escape(f.label)}</th>" for f in self.fields)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in self.display_rows()
        )
        caption = f"<caption>{html.escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _plain(value: Value) -> Any:
    if isinstance(value, Refusal):
        return {"refusal": value.code}
    if isinstance(value, Marked):
        return {"number": value.number, "sign": value.sign}
    if isinstance(value, float) and value != value:
        return None
    return value


TextKind = Literal["heading", "paragraph", "list", "lines", "findings", "asks", "note", "tiles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Published words. Plain text only: exporters escape it, so markup in it is shown as typed.

    Parameters
    ----------
    kind
        ``heading`` (level 1 is the chapter), ``paragraph``, ``list``, ``lines`` (a list whose items bring their own
        number), ``findings`` (numbered, at most five),
        ``asks`` (what is asked of the reader), ``note`` (a boxed warning), ``tiles`` (label, value, remark).
    items
        One string for a heading, paragraph or note; several for the others. For ``tiles`` each item is
        ``(label, value, remark)``.
    """

    kind: TextKind
    items: Sequence[str] | Sequence[tuple[str, str, str]]
    level: int = 2
    place: Place = Place.BODY

    def payload(self) -> dict[str, Any]:
        """Plain JSON content."""
        items = [list(item) if isinstance(item, tuple) else item for item in self.items]
        return {"kind": self.kind, "items": items, "level": self.level, "place": self.place.value}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        lines = [" · ".join(part for part in item if part) if isinstance(item, tuple) else item for item in self.items]
        escaped = [html.escape(line) for line in lines]
        if self.kind == "heading":
            shown = f"<h{self.level}>{escaped[0]}</h{self.level}>"
        elif self.kind in ("paragraph", "note"):
            shown = "".join(f"<p>{line}</p>" for line in escaped)
        else:
            shown = "<ul>" + "".join(f"<li>{line}</li>" for line in escaped) + "</ul>"
        return {TEXT_MIME: self.payload(), "text/html": shown, "text/plain": "\n".join(lines)}


@dataclass(frozen=True, slots=True)
class Facts:
    """Headline facts of a chapter for the index page and for tests: plain JSON values by name."""

    values: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        text = "\n".join(f"{key}: {value}" for key, value in self.values.items())
        return {FACTS_MIME: dict(self.values), "text/plain": text}


Part = Exhibit | Words | Facts


def show(*parts: Part | Iterable[Part]) -> None:
    """Show several parts from one notebook cell, in order; a part may itself be several."""
    from IPython.display import display

    for part in parts:
        for one in (part,) if isinstance(part, Exhibit | Words | Facts) else part:
            display(one)  # type: ignore[no-untyped-call]
