"""Exhibits, words and facts: what they carry and what they refuse."""

import json
import math

import pytest

from kbk_analysis.errors import Refusal
from kbk_analysis.exhibit import EXHIBIT_MIME, FACTS_MIME, TEXT_MIME, Exhibit, Facts, Field, Marked, Words, format_value
from kbk_analysis.i18n import using

TABLE = Exhibit(
    id="t",
    title="Dua desa",
    source="uji",
    n="n = 2",
    fields=(Field("name", "Desa", strong=True), Field("share", "Cakupan", "percent1")),
    rows=(("Rambah <b>", 12.34), ("Tandun", Refusal("suppressed"))),
)


def test_missing_is_never_zero() -> None:
    assert format_value(None, "integer") == "belum lapor"
    assert format_value(math.nan, "percent1") == "belum lapor"
    assert format_value(0, "integer") == "0"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1234.56, "decimal1", "1.234,6"),
        (45, "percent0", "45\xa0%"),
        (True, "text", "ya"),
        ("2024-12-16", "date", "16\xa0Des\xa02024"),
        (91.4, "brief", "91"),
        (0.712, "brief", "0,71"),
        (Marked(91.4, "▼"), "brief", "91\xa0▼"),
        (2500000, "money", "Rp2.500.000"),
        ("=1+1", "text", "=1+1"),
    ],
)
def test_values_follow_the_language(value: object, form: str, shown: str) -> None:
    assert format_value(value, form) == shown  # type: ignore[arg-type]


def test_payload_is_plain_json_with_raw_and_printed_values() -> None:
    payload = json.loads(json.dumps(TABLE.payload(), allow_nan=False))
    assert payload["rows"] == [["Rambah <b>", 12.34], ["Tandun", {"refusal": "suppressed"}]]
    assert payload["display"] == [["Rambah <b>", "12,3\xa0%"], ["Tandun", "disembunyikan"]]
    with using("en"):
        assert TABLE.payload()["display"][0][1] == "12.3%"


def test_bundle_escapes_text_for_the_notebook() -> None:
    bundle = TABLE._repr_mimebundle_()
    assert set(bundle) == {EXHIBIT_MIME, "text/html", "text/plain"}
    assert "Rambah &lt;b&gt;" in bundle["text/html"]
    assert "<b>" not in bundle["text/html"]


def test_figure_needs_alt_text_and_travels_as_svg() -> None:
    with pytest.raises(ValueError, match="alt"):
        Exhibit(id="f", title="x", source="", n="", svg="<svg/>")
    bundle = Exhibit(id="f", title="x", source="", n="", svg="<svg/>", alt="garis")._repr_mimebundle_()
    assert bundle["image/svg+xml"] == "<svg/>"
    assert bundle[EXHIBIT_MIME]["figure"] is True


def test_ragged_rows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"rows \[0\]"):
        Exhibit(id="t", title="x", source="", n="", fields=(Field("a", "A"),), rows=((1, 2),))


def test_words_and_facts_are_inert() -> None:
    bundle = Words(kind="note", items=["<script>alert(1)</script>"])._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"]
    assert bundle[TEXT_MIME]["items"] == ["<script>alert(1)</script>"]
    tiles = Words(kind="tiles", items=[("Desa", "9", "n")])._repr_mimebundle_()
    assert tiles[TEXT_MIME]["items"] == [["Desa", "9", "n"]]
    assert Facts({"n": 3})._repr_mimebundle_()[FACTS_MIME] == {"n": 3}
