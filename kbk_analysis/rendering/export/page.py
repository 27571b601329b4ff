"""What the HTML pages share: the template engine, and a policy that lets in one style sheet and nothing that runs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES: Final = Path(__file__).parent / "templates"


def template(name: str, filters: Mapping[str, Callable[[Any], Any]]) -> Any:
    """A template of ours; every value put into it is escaped, and an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters)
    return environment.get_template(name)


def style(more: str = "", *, images: bool = True) -> tuple[Markup, str]:
    """The style sheet with `more` behind it, and the Content-Security-Policy that allows it, by its hash, alone.

    Parameters
    ----------
    more
        Rules of our own; never text from outside.
    images
        Allow ``data:`` images.
    """
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8") + more
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    sources = ["default-src 'none'", *(["img-src data:"] if images else []), f"style-src 'sha256-{digest}'"]
    policy = "; ".join([*sources, "base-uri 'none'", "form-action 'none'"])
    return Markup(css), policy  # noqa: S704 - our own file and rules, hashed by the policy
