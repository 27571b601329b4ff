"""A report speaks one language: no English in an Indonesian page, no Indonesian in an English one.

Told by words without meaning of their own, which no translation keeps. Names from the data stay as they are.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
# Function words of each language that are no word, name or abbreviation of the other.
WORDS = {
    "en": "the of with and not from are is by which this that without each only have has been were than",
    "id": "yang dan dengan belum desa untuk pada tidak dari adalah atau oleh sudah dalam menurut hanya setiap agar",
}
OTHER = {"id": "en", "en": "id"}


class Shown(HTMLParser):
    """Every text of a page that a reader sees or hears."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._style = False
        self.feed(source)

    def handle_starttag(self, tag, attrs) -> None:
        self._style = tag == "style"
        self.texts += [value for key, value in attrs if key in ("alt", "title", "aria-label") and value]

    def handle_endtag(self, tag) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style and data.strip():
            self.texts.append(" ".join(data.split()))


def foreign(texts: list[str], language: str, names: list[str]) -> list[str]:
    """Texts of a page in `language` that hold a word of the other language outside the `names`."""
    words = re.compile(rf"\b({'|'.join(WORDS[OTHER[language]].split())})\b", re.IGNORECASE)
    name = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
    return [text for text in texts if words.search(name.sub("…", text))]


@pytest.fixture(scope="module")
def names(demo) -> list[str]:
    """What stays as written in the data in either language: places, offices, sources."""
    sheet = yaml.safe_load((ROOT / "params" / "demo" / "district.yml").read_text("utf-8"))
    found = [
        *sheet["letterhead"]["lines"],
        demo.known().title,
        *(name for name, _, _ in demo.known().areas.values()),
        *demo.table("kampung")["kampung_name"].dropna().unique(),
        *(source["title"] for source in demo.sources()),
    ]
    return sorted(set(found))


@pytest.mark.parametrize("page", ["*/*.html", "index.html"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_holds_no_word_of_the_other_language(demo_set, names, language: str, page: str) -> None:
    (path,) = demo_set(language).glob(page)
    texts = Shown(path.read_text("utf-8")).texts
    assert len(texts) > 10
    assert foreign(texts, language, names) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_words_are_those_of_real_pages(demo_set, language: str) -> None:
    """The test above can fail: most words of each list stand in the page of their own language."""
    (path,) = demo_set(language).glob("*/*.html")
    shown = set(re.findall(r"[a-z]+", " ".join(Shown(path.read_text("utf-8")).texts).lower()))
    words = set(WORDS[language].split())
    assert len(words & shown) > len(words) / 2


@pytest.mark.parametrize(
    ("text", "language"),
    [("Tidak ada data.", "en"), ("8 of 12 villages", "id"), ("Kampung yang melaporkan PUS", "en"), ("Data AND", "id")],
)
def test_a_text_left_untranslated_is_found(text: str, language: str) -> None:
    assert foreign([text], language, ["Kampung"]) == [text]


def test_a_name_in_the_data_is_no_fault() -> None:
    assert (
        foreign(["Badan Pengendalian dan Perlindungan", "Bersih"], "en", ["Badan Pengendalian dan Perlindungan"]) == []
    )
