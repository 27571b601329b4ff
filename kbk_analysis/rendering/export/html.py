"""A report notebook as one HTML file that loads nothing and runs nothing.

Question answered: how is the report read on a screen, a phone, or without a network?
Input: ``report.ipynb``. Output: one file; charts are ``data:`` images, so that whatever an SVG holds stays inert.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from urllib.parse import quote

from nbconvert.exporters.base import Exporter
from nbformat import NotebookNode
from traitlets import List

from kbk_analysis.rendering.export.content import Document, read
from kbk_analysis.rendering.export.page import style, template

_UNESCAPED: Final = " /:=;,()*+!$@?[]{}|"
SCREEN: Final = 96 / 72 * 1.35


def to_html(notebook: NotebookNode) -> str:
    """One self-contained page from a report notebook.

    Parameters
    ----------
    notebook
        As `kbk_analysis.rendering.bind.bind` makes it.

    Returns
    -------
    str
        HTML with a Content-Security-Policy that allows ``data:`` images and this one style sheet, nothing else.

    Raises
    ------
    InputFault
        The notebook is no report notebook, or a part of it is damaged.
    """
    document = read(notebook)
    css, policy = style(_pages(document))
    page: str = _template().render(
        meta=document.meta,
        sections=document.sections,
        marks=document.marks,
        facts_line=document.facts_line,
        labels=document.labels,
        signed=document.signed,
        css=css,
        policy=policy,
    )
    return page


def _pages(document: Document) -> str:
    """Rules that put the marks of this report in the margin of every printed page."""
    marks = " · ".join(mark for _, mark, _ in document.marks)
    marks = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in marks)
    font = 'font: 8pt "Liberation Sans", Arial, sans-serif; color: #55606e;'
    pages = f'@page {{ @top-right {{ content: "{marks}"; {font} font-weight: bold; }}'
    return pages + f" @bottom-right {{ content: counter(page) ' / ' counter(pages); {font} }} }}\n"


@cache
def _template() -> Any:
    return template("report.html.j2", {"data_uri": _data_uri, "pixels": _pixels})


def _data_uri(svg: str) -> str:
    """A figure inside the page: escaped, it takes a tenth less than base64, and a page must be small enough to send."""
    escaped = quote(svg.replace(" \n", " "), safe=_UNESCAPED)
    return "data:image/svg+xml," + escaped.replace("//", "%2F%2F")  # no address stands in the page


def _pixels(size: tuple[float, float]) -> tuple[int, int]:
    """Charts are drawn for print; a screen shows them larger."""
    width, height = size
    return round(width * SCREEN), round(height * SCREEN)


class KbkHtmlExporter(Exporter):
    """``jupyter nbconvert --to kbk-html report.ipynb``: the published page."""

    export_from_notebook = "KBK (HTML)"
    file_extension = ".html"
    output_mimetype = "text/html"
    default_preprocessors: Any = List([]).tag(config=True)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Page and resources, as nbconvert asks."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return to_html(notebook), resources
