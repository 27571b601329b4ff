"""Collect the messages of the package into the English catalogue and compile it (``make messages``).

The source language is Indonesian, so English is the only catalogue. Messages no longer used are dropped; new
ones are added empty, and a test fails until they are translated.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).parents[1]
PO: Final = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "kbk.po"
MO: Final = PO.with_suffix(".mo")
KEYWORDS: Final = {"tr": None, "mark": None, "ntr": (1, 2)}
METHODS: Final = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
EPOCH: Final = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)  # a clock would make every run differ


def collect() -> Catalog:
    """Messages in the code and the templates."""
    catalogue = Catalog(locale="en", project="kbk-analysis", charset="utf-8", creation_date=EPOCH, revision_date=EPOCH)
    for file, _, message, _, _ in sorted(
        extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS, comment_tags=()), key=lambda found: (found[0], found[1])
    ):
        # Files without line numbers: a moved line must not change the catalogue.
        catalogue.add(message, locations=[(f"kbk_analysis/{Path(file).as_posix()}", 1)], flags=())
    return catalogue


def update(existing: Catalog, fresh: Catalog) -> Catalog:
    """Fresh messages with the translations that exist."""
    for message in fresh:
        if message.id and (known := existing.get(message.id)) is not None:
            message.string = known.string
    return fresh


def load() -> Catalog:
    """The catalogue as it stands."""
    return read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else Catalog(locale="en")


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as text."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, include_lineno=False, sort_output=True, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    """Rewrite both files."""
    catalogue = update(load(), collect())
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    missing = [message.id for message in catalogue if message.id and not message.string]
    print(f"{len(catalogue)} messages, {len(missing)} without translation")
    for message in missing:
        print("  ", message)


if __name__ == "__main__":
    main()
