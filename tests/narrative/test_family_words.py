"""Words on families and stages: short enough, never a mean alone, never causal, never a sum of factors."""

import dataclasses

import pytest

from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import Unreleased
from kbk_analysis.narrative import family as words
from kbk_analysis.narrative.family import Share, StageCounts
from kbk_analysis.narrative.figures import TITLE

LONGEST = "Kabupaten Kepulauan Siau Tagulandang Biaro"
IBANGGA = {
    "index": 100.0, "dimensions": {"Ketenteraman": 100.0, "Kemandirian": 99.9}, "families": 98765,
    "classes": {"Keluarga rentan": 10.1, "Keluarga berkembang": 79.8, "Keluarga tangguh": 10.1}, "ends": (10.1, 10.1),
    "reported": 130, "expected": 145, "provisional": True,
}  # fmt: skip
FACTORS = [Share(name="Air minum tidak layak", count=10, of=40), Share(name="PUS 4 terlalu (unik)", count=9, of=40)]
STAGES = [StageCounts(name="remaja", indicators=4, valued=3), StageCounts(name="lansia", indicators=0, valued=0)]
COUNTS = {"valued": 54, "reached": 12, "judged": 40, "worse": 10, "better": 11, "parent": LONGEST}


def captions() -> list[words.Caption]:
    """Every caption at its longest."""
    return [
        words.ibangga(**IBANGGA),
        words.ibangga(**{**IBANGGA, "dimensions": {}, "ends": None, "classes": {}}),
        words.risk(whole=Share(name="KRS", count=20, of=40), factors=FACTORS, counted=(19, 20)),
        words.risk(whole=None, factors=[], counted=None),
        words.stages(found=STAGES, **COUNTS),
        words.stages(found=STAGES, **{**COUNTS, "judged": 0}),
        words.stages(found=STAGES, **{**COUNTS, "judged": 0, "parent": ""}),
        words.sasaran(indicators=72, uncertain=17, **COUNTS),
        words.sasaran(indicators=72, uncertain=0, **{**COUNTS, "judged": 0}),
        words.no_ibangga(),
        words.no_risk(),
    ]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_titles_fit_and_nothing_is_called_a_cause(lang: str) -> None:
    with using(lang):
        for caption in captions():
            assert 0 < len(caption.title) <= TITLE, caption.title
            text = " ".join([caption.title, caption.alt, *caption.notes]).lower()
            assert not any(word in text for word in ("menyebabkan", "akibat", "because of", "causes", "due to"))


def test_a_mean_comes_with_the_classes_and_an_incomplete_one_is_provisional() -> None:
    full, bare = words.ibangga(**IBANGGA), words.ibangga(**{**IBANGGA, "provisional": False})
    assert "keluarga rentan" in full.title
    assert "130 dari 145 desa" in full.n
    assert len(full.notes) == len(bare.notes) + 1


def test_the_largest_share_is_named_and_not_the_largest_count() -> None:
    factors = [Share(name="A", count=10, of=20), Share(name="B", count=30, of=90)]
    title = words.risk(whole=None, factors=factors, counted=None).title
    assert title == "Faktor terbanyak: A, 50,0\xa0% dari 20 keluarga sasaran"


def test_the_note_on_overlap_gives_the_sum_only_where_it_may_be_told() -> None:
    told = words.risk(whole=None, factors=FACTORS, counted=(19, 15))
    untold = words.risk(whole=None, factors=FACTORS, counted=None)
    assert "19 kali pada 15 keluarga berisiko" in told.notes[0]
    assert untold.notes[0] == "Satu keluarga dapat mempunyai beberapa faktor: faktor tidak dijumlahkan."


def test_without_a_target_the_title_compares_and_without_a_parent_it_counts() -> None:
    compared = words.stages(found=STAGES, **{**COUNTS, "judged": 0, "parent": "Kabupaten Contoh"})
    alone = words.stages(found=STAGES, **{**COUNTS, "judged": 0, "parent": ""})
    assert compared.title.startswith("10 dari 54 indikator lebih buruk daripada Kabupaten Contoh, 11 lebih baik")
    assert alone.title.startswith("54 indikator bernilai")


def test_openings_are_for_released_results_and_short_where_nothing_is_known(invented) -> None:
    made = invented.make_situation()
    for opening in (words.family_words, words.stage_words):
        assert [part.kind for part in opening(made)] == ["heading", "paragraph"]
        with pytest.raises(Unreleased):
            opening(dataclasses.replace(made, edition=None))
    none = dataclasses.replace(made, ibangga=made.ibangga[:0], risk=made.risk[:0])
    assert [part.kind for part in words.family_words(none)] == ["heading"]


def test_the_parent_is_named_only_where_there_is_one(invented) -> None:
    made = invented.make_situation()
    assert made.parent_name in words.stage_words(made)[1].items[0]
    alone = dataclasses.replace(made, parent_code=made.area_code)
    assert made.parent_name not in words.stage_words(alone)[1].items[0]
