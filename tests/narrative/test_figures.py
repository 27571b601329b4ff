"""Captions of figures: at most 90 letters, and not a count that they were not given."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.errors import Refusal
from kbk_analysis.i18n import using
from kbk_analysis.narrative import comparisons, figures
from kbk_analysis.narrative.comparisons import RugCounts
from kbk_analysis.narrative.figures import Caption
from kbk_analysis.schema import KampungClass

# The longest names of Indonesian regencies and districts, and the largest plausible counts.
LONGEST = "Kabupaten Kepulauan Siau Tagulandang Biaro"
DISTRICT = "Rambah Tengah Hulu Seberang Utara"
SASARAN = [str(name) for name in load_catalogue().sasaran.values()]
ITEMS = [indicator.name for indicator in load_catalogue()]


def classes(dasar: int, berkembang: int = 0, mandiri: int = 0, berkelanjutan: int = 0) -> dict[KampungClass, int]:
    return dict(zip(KampungClass, (dasar, berkembang, mandiri, berkelanjutan), strict=True))


def counts(**changes: Any) -> RugCounts:
    usual = {"parent": "Kabupaten Contoh", "better": 3, "similar": 40, "worse": 7, "missing": 5, "cells": 60}
    return RugCounts(**{**usual, **changes})


# Every caption with counts that differ from each other, so that a number tells where it came from.
CAPTIONS: dict[str, Callable[..., Caption]] = {
    "village_classes": lambda **c: figures.village_classes(
        **{"villages": 37, "without": 6, "counts": classes(11, 12, 5, 3), "open_range": 8, **c}
    ),
    "district_classes": lambda **c: figures.district_classes(
        **{
            "districts": [("Rambah", 17, 23), ("Tandun", 0, 9)],
            "villages": 145,
            "without": 35,
            "counts": classes(16, 0, 13, 4),
            **c,
        }
    ),
    "class_ranges": lambda **c: figures.class_ranges(**{"kampung": 31, "open_range": 8, **c}),
    "completeness": lambda **c: figures.completeness(
        **{
            "rows": 31,
            "row_word": "kampung",
            "by": "kecamatan",
            "items": 8,
            "missing": 71,
            "cells": 248,
            "worst": "jumlah PUS",
            "worst_missing": 19,
            "coded": False,
            **c,
        }
    ),
    "targets": lambda **c: figures.targets(
        **{
            "sasaran": "Perubahan perilaku",
            "reached": 4,
            "judged": 11,
            "shown": 19,
            "missing": 5,
            "targeted": 13,
            "parent": "Kabupaten Contoh",
            **c,
        }
    ),
    "differences": lambda **c: comparisons.differences(
        **{"counts": counts(), "judged": 50, "shown": 15, "differing": 21, **c}
    ),
    "rug": lambda **c: comparisons.rug(**{"sasaran": ["Perubahan perilaku"], "counts": counts(), **c}),
    "funnel": lambda **c: comparisons.funnel(
        **{
            "indicator": "Partisipasi BKB",
            "parent": "Kabupaten Contoh",
            "outside": ["Rambah", "Tandun"],
            "own": 37,
            "villages": 145,
            "wide": True,
            **c,
        }
    ),
    "map_classes": lambda **c: figures.map_classes(
        **{"villages": 37, "mature": 9, "without": 6, "unmapped": 2, **c}
    ),
    "map_shares": lambda **c: figures.map_shares(
        **{"districts": 16, "none": 5, "highest": ("Rambah", 61.0), "unmapped": 2, **c}
    ),
    "series": lambda **c: figures.series(
        **{"indicators": 9, "first": "2019", "last": "2024", "reached": 3, "judged": 7, "gaps": 4, **c}
    ),
    "formation": lambda **c: figures.formation(
        **{"villages": 45, "without": 8, "history": [("2022-10-27", 21, 3), ("2023-08-28", 37, 11)], **c}
    ),
}  # fmt: skip
caption = pytest.mark.parametrize("make", CAPTIONS.values(), ids=CAPTIONS)


def told(one: Caption) -> str:
    return " | ".join((one.title, one.alt, one.n, *one.notes))


# ------------------------------------------------------------------ what holds for all


@caption
def test_every_caption_is_short_and_in_both_languages(make) -> None:
    indonesian = make()
    with using("en"):
        english = make()
    for one in (indonesian, english):
        assert 0 < len(one.title) <= 90
        assert one.alt.endswith(".")
        assert one.n
    assert indonesian.title != english.title
    assert indonesian.alt != english.alt
    assert not re.search(r"\b(dari|dan|desa|indikator|nilai|belum)\b", told(english))


@caption
def test_every_number_that_is_told_was_given_or_follows_from_what_was_given(make) -> None:
    given = {
        *(37, 6, 11, 12, 5, 3, 8, 31),  # of villages, and 31 kampung or 37 - 6 villages
        *(17, 23, 9, 2, 1, 145, 35, 16, 0, 13, 4, 33, 110),  # of districts: 33 kampung, 145 - 35
        *(71, 248, 19, 177),  # 248 - 71
        *(14, 95, 100, 7, 50, 15, 21, 40, 55, 60),  # 19 - 5; 3 + 40 + 7; 60 - 5; scale and levels
        *(61, 9, 2019, 2024, 45, 27, 2022, 28, 2023, 37, 99, 18, 20),
    }
    for language in ("id", "en"):
        with using(language):
            text = told(make()).replace("99,8", "99").replace("99.8", "99")
        assert {int(number) for number in re.findall(r"\d+", text)} <= given
        assert "{" not in text
        assert "None" not in text


@pytest.mark.parametrize(
    ("name", "changes", "title", "alt"),
    [
        ("village_classes", {"without": 7}, "7 dari 37 desa", "7 dari 37 desa"),
        ("village_classes", {"villages": 38}, "6 dari 38 desa", "6 dari 38 desa"),
        ("village_classes", {"counts": classes(13, 12, 5, 3)}, "13 dari 33 kampung", "Dasar 13"),
        ("village_classes", {"open_range": 9}, "", "Kelas 9 kampung bergantung"),
        ("district_classes", {"counts": classes(16, 0, 14, 4)}, "18 dari 34 kampung", "Mandiri 14"),
        ("district_classes", {"without": 36}, "", "36 dari 145 desa"),
        ("district_classes", {"districts": [("A", 18, 24), ("B", 0, 1), ("C", 0, 2)]}, "2 dari 3 kecamatan",
         "terbesar di A: 18 dari 24"),
        ("class_ranges", {"open_range": 9}, "9 dari 31", "9 dari 31"),
        ("class_ranges", {"kampung": 32}, "8 dari 32", "8 dari 32"),
        ("completeness", {"worst_missing": 20}, "20 dari 31", "20 dari 31"),
        ("completeness", {"worst": "peserta poktan"}, "“peserta poktan”", "“peserta poktan”"),
        ("completeness", {"missing": 72}, "", "72 dari 248"),
        ("targets", {"reached": 5}, "5 dari 11 indikator persen mencapai target", "5 dari 11"),
        ("targets", {"judged": 12}, "4 dari 12", "4 dari 12"),
        ("targets", {"missing": 6}, "6 belum bernilai", "6 belum bernilai"),
        ("targets", {"targeted": 14}, "", "pada 14 indikator"),
        ("targets", {"parent": "Provinsi Contoh"}, "", "Provinsi Contoh"),
        ("differences", {"counts": counts(worse=8)}, "8 dari 51 nilai lebih buruk", "8 dari 51"),
        ("differences", {"shown": 14}, "", "14 indikator menurut kolom"),
        ("rug", {"counts": counts(better=4)}, "7 dari 51 nilai lebih buruk daripada Kabupaten Contoh, 4 lebih baik",
         "4 lebih baik"),
        ("rug", {"counts": counts(missing=6)}, "", "6 belum lapor"),
        ("rug", {"sasaran": ["Lingkungan"]}, "Lingkungan", ""),
        ("funnel", {"own": 38}, "2 dari 38 desa", "2 dari 38 desa"),
        ("funnel", {"outside": ["Rambah", "Tandun", "Kepenuhan"]}, "3 dari 37 desa", "Rambah, Tandun, dan Kepenuhan"),
        ("funnel", {"outside": ["Rambah", "Kepenuhan"]}, "", "Di luar batas: Rambah dan Kepenuhan."),
        ("funnel", {"indicator": "Posyandu aktif"}, "Posyandu aktif: ", "Posyandu aktif: "),
        ("funnel", {"parent": "Provinsi Contoh"}, "", "di Provinsi Contoh"),
        ("funnel", {"villages": 144}, "", "corong 144 desa"),
        ("map_classes", {"mature": 10}, "10 dari 37", "10 dari 37"),
        ("map_classes", {"without": 7}, "7 desa belum", "7 desa belum"),
        ("map_shares", {"none": 6}, "10 dari 16", "10 dari 16"),
        ("map_shares", {"highest": ("Tandun", 62.0)}, "", "Tertinggi Tandun, 62"),
        ("series", {"reached": 4}, "4 dari 7 indikator mencapai target pada 2024", "4 dari 7"),
        ("series", {"gaps": 5}, "5 nilai kosong", "5 nilai kosong"),
        ("formation", {"without": 9}, "9 dari 45 desa", "9 dari 45"),
        ("formation", {"history": [("2022-10-27", 22, 3), ("2023-08-28", 38, 12)]}, "38 Kampung KB pada 28 Agustus",
         "22 kampung, 3 Mandiri atau Berkelanjutan"),
    ],
)  # fmt: skip
def test_a_count_that_changes_changes_what_is_said(name: str, changes: dict, title: str, alt: str) -> None:
    before, after = CAPTIONS[name](), CAPTIONS[name](**changes)
    assert told(before) != told(after)
    assert title in after.title
    assert alt in after.alt
    if title:
        assert title not in before.title
    if alt:
        assert alt not in before.alt


@pytest.mark.parametrize("language", ["id", "en"])
def test_titles_fit_with_the_longest_names_and_the_largest_counts(language: str) -> None:
    many = {"parent": LONGEST, "better": 1112, "similar": 4321, "worse": 1234, "missing": 999, "cells": 8888}
    with using(language):
        sheets = [
            figures.class_ranges(kampung=1352, open_range=1014),
            *(
                figures.completeness(
                    rows=182, by="kecamatan", row_word="kecamatan", items=72, missing=1111, cells=9999,
                    worst=item, worst_missing=110, coded=True,
                )
                for item in ITEMS
            ),
            *(
                figures.targets(
                    sasaran=name, reached=10, judged=22, shown=44, missing=12, targeted=30, parent=LONGEST
                )
                for name in SASARAN
            ),
        ]  # fmt: skip
        made = [
            figures.village_classes(villages=145, without=112, counts=classes(110, 10, 11, 14), open_range=99),
            figures.district_classes(
                districts=[(DISTRICT, 30, 99), *[("x", 0, 5)] * 48], villages=1352, without=1014,
                counts=classes(1014, 100, 100, 138),
            ),
            *(comparisons.rug([name], RugCounts(**many)) for name in SASARAN),
            comparisons.rug(SASARAN, RugCounts(**many)),
            *(
                comparisons.funnel(
                    indicator=item, parent=LONGEST, outside=outside, own=1352, villages=1352, wide=True
                )
                for item in ITEMS
                for outside in ([], [DISTRICT] * 1014)
            ),
            comparisons.no_funnel(),
            comparisons.differences(RugCounts(**many), judged=6667, shown=15, differing=40),
            comparisons.differences(RugCounts(**{**many, "better": 0, "worse": 0}), judged=4321, shown=0, differing=0),
            figures.map_classes(villages=145, mature=112, without=112, unmapped=0),
            figures.map_shares(districts=49, none=12, highest=(DISTRICT, 61.0), unmapped=0),
            figures.series(indicators=12, first="2019-S1", last="2024-S2", reached=10, judged=12, gaps=48),
            figures.formation(villages=1352, without=1014, history=[("2023-09-28", 1352, 100)]),
            *(figures.other_units(name, 14) for name in SASARAN),
            *(figures.unvalued(name, [("a", "b")] * 36) for name in SASARAN),
        ]  # fmt: skip
        titles = [one.title for one in made] + [figures.part_title(one.title, 3, 9) for one in sheets]
    assert {title: len(title) for title in titles if len(title) > 90} == {}


# ------------------------------------------------------------------ one by one


def test_no_kampung_none_of_dasar_and_none_open_have_words_of_their_own() -> None:
    none = figures.village_classes(villages=9, without=9, counts=classes(0), open_range=0)
    assert none.title == "9 dari 9 desa belum mempunyai Kampung KB"
    assert none.n == "0 Kampung KB di 0 dari 9 desa"
    high = figures.village_classes(villages=9, without=0, counts=classes(0, 2, 7), open_range=0)
    assert high.title == "Semua 9 desa mempunyai Kampung KB; tidak ada kampung berkelas Dasar"
    assert "bergantung" not in high.alt
    assert "tidak mengubah kelas" in figures.class_ranges(kampung=9, open_range=0).title


def test_a_recomputed_class_is_never_called_a_determination() -> None:
    for one in (CAPTIONS["village_classes"](), CAPTIONS["class_ranges"]()):
        assert "bukan penetapan" in one.notes[0]


def test_no_mature_kampung_names_no_best_district() -> None:
    one = figures.district_classes(
        districts=[("Rambah", 0, 5)], villages=9, without=4, counts=classes(5)
    )  # fmt: skip
    assert one.title == "0 dari 5 kampung Mandiri atau Berkelanjutan"
    assert "Rambah" not in told(one)
    shares = figures.map_shares(districts=3, none=3, highest=None, unmapped=0)
    assert shares.title == "Belum ada kampung Mandiri atau Berkelanjutan di 3 kecamatan"
    assert "Tertinggi" not in shares.alt


def test_all_and_nothing_reported() -> None:
    base = {"rows": 5, "row_word": "desa", "by": "desa", "items": 8, "cells": 40, "worst": "x", "coded": False}
    assert figures.completeness(**base, missing=0, worst_missing=0).title == "Semua 5 desa melaporkan 8 isian"
    nothing = figures.completeness(**base, missing=40, worst_missing=5)
    assert nothing.title == "Tidak satu pun dari 5 desa melapor"
    assert "40 isian kosong" in nothing.alt
    assert nothing.n == "0 dari 40 isian dilaporkan"


def test_targets_speak_only_of_what_is_drawn() -> None:
    bare = CAPTIONS["targets"](judged=0, reached=0, targeted=0, parent="", shown=7, missing=7)
    assert bare.title == "Perubahan perilaku: 7 indikator tanpa penilaian target; 7 belum bernilai"
    assert "Garis tegak" not in bare.alt
    assert "Belah ketupat" not in bare.alt
    assert bare.notes == ()
    # 19 shown, 5 without value, 11 judged: 3 have a value that nothing judges
    assert CAPTIONS["targets"]().notes[0].startswith("3 indikator bernilai tetapi tidak dinilai")


def test_series_are_judged_in_the_last_period_or_not_at_all() -> None:
    one = CAPTIONS["series"](judged=0, reached=0, gaps=0)
    assert one.title == "Nilai 9 indikator, 2019–2024"
    assert CAPTIONS["series"](first="2024", judged=0, gaps=0).title == "Nilai 9 indikator, 2024"
    assert "lima titik tahunan terakhir" in one.notes[0]


def test_formation_tells_all_dates_of_three_and_the_ends_of_more() -> None:
    days = [("2020-12-28", 1, 0), ("2021-12-27", 2, 0), ("2022-12-27", 3, 1), ("2023-12-27", 4, 1)]
    three = CAPTIONS["formation"](history=days[:3])
    assert [f"{year}: {n} kampung" in three.alt for year, n in ((2020, 1), (2021, 2), (2022, 3))] == [True] * 3
    four = CAPTIONS["formation"](history=days)
    assert [f"{year}: {n} kampung" in four.alt for year, n in ((2020, 1), (2021, 2), (2022, 3), (2023, 4))] == [
        True, False, False, True,
    ]  # fmt: skip
    assert four.n == "4 tanggal ekspor"
    assert CAPTIONS["formation"](without=0).title.endswith("tiap desa mempunyainya")


def test_unmapped_units_are_counted_and_none_is_not_mentioned() -> None:
    assert CAPTIONS["map_classes"]().notes == ("2 wilayah tanpa batas yang terbaca.",)
    assert CAPTIONS["map_classes"](unmapped=0).notes == ()


def test_a_refused_figure_gives_the_short_reason_and_then_the_whole() -> None:
    one = figures.refused("Peta wilayah", Refusal("no_boundaries"))
    assert (one.title, one.notes) == (
        "Peta wilayah: tanpa peta", ("Batas wilayah tidak ada dalam kumpulan data ini.",)
    )  # fmt: skip
    assert figures.refused("Kelas", Refusal("no_data", {"subject": "x"})).notes == ()


def test_one_sheet_has_no_page_number() -> None:
    assert figures.part_title("Judul", 1, 1) == "Judul"
    assert figures.part_title("Judul", 2, 3) == "Judul (2/3)"
