"""A small invented situation, built by hand: districts, villages, kampung, values and what is blank among them.

Nothing is computed by the analysis, so that a test of a figure or table rests on numbers it can see here.
"""

import dataclasses
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

from kbk_analysis.catalogue import load_catalogue
from kbk_analysis.classification import Lever, NextSteps, Step, Way
from kbk_analysis.indicators.funnel import share_funnel
from kbk_analysis.indicators.proportions import share
from kbk_analysis.schema import AreaLevel, Edition, KampungClass
from kbk_analysis.situation.conflicts import COLUMNS, UNLIKE, USED
from kbk_analysis.situation.ranking import ranking_table
from kbk_analysis.situation.result import Formation, Quality, Remark, Situation

NAMES = (
    "Suka Maju",
    "Bangun Purba Timur Jaya",
    "Air $Panas$ <b>",
    "Sungai Kuning",
    "Pasir Agung",
    "Tanjung Belit",
    "Mekar Sari",
    "Karya Mulya",
    "Rambah Tengah Hulu Seberang Utara",
)
LONG = (
    "Kampung Pembangunan Transmigrasi Sungai Kuning Seberang Hulu",
    "Rantaupanjangseberanghulukampungbarutanjungberingintengahjaya",
)
# class stated, lowest, highest; None: no Kampung KB
CLASSES = (
    ("Dasar", "Dasar", "Mandiri"),
    ("Berkelanjutan", "Berkelanjutan", "Berkelanjutan"),
    ("Dasar", "Dasar", "Dasar"),
    ("Mandiri", "Dasar", "Berkelanjutan"),
    ("Berkembang", "Berkembang", "Berkembang"),
    ("Dasar", "Dasar", "Mandiri"),
    ("Mandiri", "Mandiri", "Mandiri"),
    None,
    None,
)
SILENT = (("Dasar", "Dasar", "Berkelanjutan"),)
ITEMS = ("couples", "methods", "unmet", "families", "target_families", "participants", "pokja", "operations")
# indicator: (target or None: none is set, benchmark)
SHARES: dict[str, tuple[float | None, float]] = {
    "S1-01": (100, 88.0),
    "S1-02": (55, 40.0),
    "S1-03": (99, 97.0),
    "S2-01": (30, 22.0),
    "S2-09": (80, 71.0),
    "S3-02": (63, 61.0),
    "S3-03": (None, 24.0),
    "S3-04": (7.4, 11.0),
    "S3-10": (85, 80.0),
    "S4-01": (100, 77.0),
}
LOWER = {"S3-04"}
SENSITIVE = {"S3-04"}
FAMILY_CLASSES = ("IBG-RENTAN", "IBG-BERKEMBANG", "IBG-TANGGUH")
# of 890 target families: what, group, families, per cent in the area above, verdict
RISK = [
    ("S3-11", "whole", 240, 23.8, "similar"),
    ("KRS-AIR", "factor", 40, 7.1, "better"),
    ("KRS-JAMBAN", "factor", 170, 12.7, "worse"),
    ("KRS-4T", "factor", 110, 14.9, "similar"),
    ("KRS-MUDA", "four", 3, 0.9, ""),
    ("KRS-TUA", "four", 66, 7.9, "similar"),
    ("KRS-DEKAT", "four", 25, 3.1, "similar"),
    ("KRS-BANYAK", "four", 80, 9.0, "similar"),
    ("KRS-KB", "layer", 335, 38.0, "similar"),
    ("KRS-D1", "rank", 44, 4.1, "similar"),
    ("KRS-D2", "rank", 30, 3.4, "similar"),
    ("KRS-D3", "rank", 28, 3.1, "similar"),
    ("KRS-D4", "rank", 20, 2.6, "similar"),
    ("KRS-PUS", "target", 860, 97.1, ""),
    ("KRS-HAMIL", "target", 35, 4.4, ""),
    ("KRS-BADUTA", "target", 166, 18.3, ""),
    ("KRS-BALITA", "target", 250, 28.3, ""),
]
DATES = ("2022-10-27", "2023-05-16", "2023-06-12", "2023-08-28")


def _kampung(codes: list[str], names: Sequence[str], classes: Sequence[tuple[str, str, str] | None]) -> pd.DataFrame:
    rows = []
    for i, code in enumerate(codes):
        found, name = classes[i % len(classes)], names[i % len(names)]
        if not found:
            continue
        open_ended = found[0] == "Dasar" and found[2] != "Dasar"
        rows.append(
            {
                "kampung_id": f"{code}/{name}",
                "kampung_name": name,
                "village_code": code,
                "village_name": f"Desa {code[6:8]}.{code[9:]}",
                "district_code": code[:8],
                "class_stated": found[0],
                "class_recomputed": found[0],
                "class_low": found[1],
                "class_high": found[2],
                "stated_on": pd.Timestamp("2023-08-28"),
                "detail_on": pd.Timestamp("2023-06-12"),
                "pass_input": found[0] != "Dasar",
                "pass_process": found[0] in ("Mandiri", "Berkelanjutan"),
                "pass_output": found[0] == "Berkelanjutan",
                "dasar_reason": "unreported" if open_ended else "achievement" if found[0] == "Dasar" else "",
                "unmeasured": "cpr unmet" if open_ended else "",
            }
        )
    return pd.DataFrame(rows)


def _ways(kampung: pd.DataFrame) -> dict[str, NextSteps]:
    """Where blanks leave Dasar open, reporting CPR is a way to Mandiri; the others have none."""
    step = Step(
        variable="cpr", lever=Lever.REPORT, score=1, to_score=4, low=60, high=None, value=None, families=None
    )  # fmt: skip
    way = Way((step,), KampungClass.MANDIRI, Lever.REPORT, None)
    return {
        str(row["kampung_id"]): NextSteps(
            kampung_id=str(row["kampung_id"]),
            class_now=KampungClass(str(row["class_stated"])),
            ways=(way,) if row["dasar_reason"] == "unreported" else (),
            counted=dict.fromkeys(Lever, 0),
            distances={},
        )
        for _, row in kampung.iterrows()
    }


def _with_values(frame: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    values = share(frame["numerator"], frame["denominator"], confidence=confidence)
    usable = frame["reason"] == ""
    return frame.assign(**{column: values[column].where(usable) for column in ("value", "lower", "upper")})


def _unit_values(units: list[str], blank: bool) -> pd.DataFrame:
    rows = []
    for i, indicator in enumerate(SHARES):
        for j, unit in enumerate(units):
            base = SHARES[indicator][1]
            n = 60 + 23 * ((i + 2 * j) % 7)
            x = min(n, max(0, round(n * (base + ((i * 7 + j * 13) % 31) - 15) / 100)))
            silent = blank or (i + j) % 6 == 5 or (indicator == "S3-03" and j < 4)
            verdict = ("worse", "similar", "similar", "better", "similar")[(i * 3 + j) % 5]
            reason = "not_reported" if silent else "suppressed" if (i, j) == (7, 0) else ""
            rows.append((unit, indicator, x, n, "" if reason else verdict, reason))
    frame = pd.DataFrame(rows, columns=["area_code", "indicator", "numerator", "denominator", "verdict", "reason"])
    frame = _with_values(frame, 0.998)
    score = {"area_code": units[0], "indicator": "S1-11", "value": 3.0, "verdict": "", "reason": ""}
    if not blank:  # a score has no interval, so it is never judged
        frame = pd.concat([frame, pd.DataFrame([score])], ignore_index=True)
    return frame.assign(period="2024", source="siga", as_of="2024-12-31")


def _levels(units: int, blank: bool) -> pd.DataFrame:
    rows = []
    for i, (indicator, (target, benchmark)) in enumerate(SHARES.items()):
        n = 400 + 37 * i
        x = round(n * (benchmark + (i * 11) % 17 - 8) / 100)
        reason = "incomplete" if blank or indicator == "S3-03" else ""
        rows.append((indicator, x, n, target, benchmark, reason))
    frame = pd.DataFrame(rows, columns=["indicator", "numerator", "denominator", "target", "benchmark", "reason"])
    frame = _with_values(frame)
    reached = (frame["value"] >= frame["target"]) ^ frame["indicator"].isin(LOWER)
    frame["target_reason"] = frame["target"].isna().map({True: "no_target", False: ""})
    frame["target_status"] = reached.map({True: "reached", False: "not_reached"})
    frame.loc[frame["target"].isna() | (frame["reason"] != ""), "target_status"] = ""
    frame["certain"] = ~frame["target"].between(frame["lower"], frame["upper"]) & (frame["reason"] == "")
    score = {"indicator": "S1-11", "value": 3.0, "benchmark": 2.5, "reason": ""}
    score |= {"target_reason": "no_target", "target_status": "", "certain": False}
    if not blank:
        frame = pd.concat([frame, pd.DataFrame([score])], ignore_index=True)
    frame = frame.assign(
        benchmark_reason="",
        period="2024",
        as_of="2024-12-31",
        source="siga",
        reported=1 if blank else units,
        expected=units,
        sensitive=frame["indicator"].isin(SENSITIVE),
        certain=frame["certain"].astype(bool),
        verdict=[("worse", "similar", "better")[i % 3] if x == "" else "" for i, x in enumerate(frame["reason"])],
    )
    return frame.set_index("indicator", drop=False)


def _funnel(own: dict[str, str], blank: bool) -> pd.DataFrame:
    """Own villages among 12 others, twenty at least: the first own one is outside above, the second below.

    In the first indicator villages differ more than chance, in the second they do not.
    """
    codes = [*own, *(f"98.01.01.{2001 + i}" for i in range(max(12, 20 - len(own))))]
    parts = []
    for indicator, swing in (("S1-01", 0.04), ("S3-02", 0.005)):
        n = pd.Series([40.0 + 31 * (i * 7 % 13) for i in range(len(codes))])
        shares = pd.Series([0.6 + swing * (i * 5 % 7 - 3) for i in range(len(codes))])
        shares[: min(2, len(own))] = [0.98, 0.08][: len(own)]
        x = (n * shares).round()
        rows = pd.DataFrame({"indicator": indicator, "period": "2024", "area_code": codes, "numerator": x})
        rows = rows.assign(
            total_of=[code[:8] for code in codes],
            name=[own.get(code, f"Desa lain {code[-4:]}") for code in codes],
            own=[code in own for code in codes],
            denominator=n,
            sensitive=indicator in SENSITIVE,
        )
        parts.append(pd.concat([rows, share_funnel(x, n)], axis=1))
    frame = pd.concat(parts, ignore_index=True)
    return frame[:0] if blank else frame


def _ranking(values: pd.DataFrame, names: dict[str, str], area: str) -> pd.DataFrame:
    """Ranks of two indicators, computed from the invented values."""
    values = values.assign(total_of=area, sensitive=values["indicator"].isin(SENSITIVE))
    findings = (Remark("target_missed", {}, indicator="S3-02"),)
    return ranking_table(values, pd.Series(names), findings, load_catalogue())


def _changes(units: list[str], area: str, blank: bool) -> pd.DataFrame:
    """Two years of two indicators: of seven units two are higher, one lower, one silent and one of few people."""
    rows = []
    for indicator, step in (("S3-02", 0), ("S1-01", 1)):
        for i, unit in enumerate(units):
            n, kind = 60 + 23 * (i % 5), (i + step) % 7
            share, move = 0.30 + 0.05 * (i * 5 % 9), {0: 0.35, 3: 0.28, 5: -0.25}.get(kind, 0.04 * (i % 3 - 1))
            reason = "not_reported" if blank or kind == 6 else ""
            change = {0: "higher", 3: "higher", 5: "lower", 1: ""}.get(kind, "similar") if not reason else ""
            n = 12 if kind == 1 else 4 * n if change in ("higher", "lower") else n
            for end, period, p in (("first", "2020", share), ("last", "2024", min(0.97, share + move))):
                rows.append((indicator, period, end, unit, round(n * p), n, change, reason))
    columns = ["indicator", "period", "end", "area_code", "numerator", "denominator", "change", "reason"]
    frame = _with_values(pd.DataFrame(rows, columns=columns))
    return frame.assign(total_of=area, sensitive=frame["indicator"].isin(SENSITIVE))


def _spreads(area: str, villages: int, blank: bool) -> pd.DataFrame:
    """Measures of the spread between villages, the widest first; the third is mostly chance, the fourth hidden."""
    rows = []
    for i, indicator in enumerate(SHARES):
        base = {"area_code": f"{area}.*", "indicator": indicator, "period": "2024", "villages": villages, "small": 0}
        distance = 40.0 - 3 * i
        values = {
            "mean": (SHARES[indicator][1], "value", "weighted"),
            "difference": (distance, "value", "unweighted"),
            "ratio": (1.5 + i / 10, "ratio", "unweighted"),
            "p90_p10": (distance - 8, "value", "unweighted"),
            "p90_p10_ratio": (1.3 + i / 10, "ratio", "unweighted"),
            "mdm_weighted": (distance / 3, "value", "weighted"),
            "mdm_unweighted": (distance / 3 + 1, "value", "unweighted"),
            "bgv": ((distance / 2.5) ** 2, "variance", "weighted"),
            "bgsd": (distance / 2.5, "value", "weighted"),
            "theil": (14.7 - i, "x1000", "weighted"),
            "par_reference": (12.5, "value", "weighted"),
            "paf_reference": (20.5, "percent", "weighted"),
            "mdm_rest": (distance / 3.6, "value", "unweighted"),
            "par_people": (1250.0, "people", "weighted"),
            "chance_variance": (3.0, "variance", "weighted"),
            "excess_variance": (12.0, "variance", "weighted"),
            "excess_share": (12.0 if i == 2 else 95.0 - i, "percent", "weighted"),
            "heterogeneity": (0.0001, "p", "weighted"),
            "theil_between": (4.3, "percent", "weighted"),
            "theil_within": (95.7, "percent", "weighted"),
            "sii_linear": (9.4, "value", "weighted"),
            "rii_linear": (1.12, "ratio", "weighted"),
        }
        for name, (value, unit, weighting) in values.items():
            minimum = {"p90_p10": 20, "p90_p10_ratio": 20, "theil": 10, "sii_linear": 10, "rii_linear": 10}.get(name, 3)
            reason = "incomplete" if blank else "too_few_areas" if villages < minimum else ""
            reason = reason or ("suppressed" if i == 3 else "")
            rows.append(
                {
                    **base,
                    "measure": name,
                    "value": float("nan") if reason else value,
                    "unit": unit,
                    "weighting": weighting,
                    "missing": villages if blank else 0,
                    "minimum": minimum,
                    "method": "target - mean, 0 where the mean is as good" if name.startswith("par") else name,
                    "flag": "mostly_chance" if name == "excess_share" and i == 2 else "",
                    "reason": reason,
                    "numerator": 7.0,
                    "denominator": float("nan"),
                    "sensitive": indicator in SENSITIVE,
                }
            )
    return pd.DataFrame(rows)


def _spread_years(area: str, villages: int, blank: bool) -> pd.DataFrame:
    """Range of the villages in five years, one of them not given, and all hidden for the fourth indicator."""
    rows = []
    for i, indicator in enumerate(SHARES):
        for j, period in enumerate(("2020", "2021", "2022", "2023", "2024")):
            mean, distance = SHARES[indicator][1] - 4 + j, 40.0 - 3 * i
            reason = "incomplete" if blank or (i + j) % 7 == 2 else "too_few_areas" if villages < 3 else ""
            reason = "suppressed" if i == 3 and not reason else reason
            rows.append(
                {
                    "area_code": f"{area}.*",
                    "indicator": indicator,
                    "period": period,
                    "value": float("nan") if reason else mean,
                    "lower": float("nan") if reason else max(0.0, mean - distance / 2),
                    "upper": float("nan") if reason else min(100.0, mean + distance / 2),
                    "ends": "p10_p90" if villages >= 20 else "min_max",
                    "villages": villages,
                    "missing": 0,
                    "expected": villages,
                    "minimum": 3,
                    "reason": reason,
                    "numerator": 7.0,
                    "denominator": float("nan"),
                    "sensitive": indicator in SENSITIVE,
                }
            )
    return pd.DataFrame(rows)


def _trends() -> pd.DataFrame:
    """One indicator that went the wrong way, one without enough points."""
    rows = [("S1-01", "decreasing", "worse", ""), ("S3-02", "", "", "too_few_points")]
    frame = pd.DataFrame(rows, columns=["indicator", "trend", "verdict", "reason"]).set_index("indicator")
    return frame.assign(first=2020, last=2024, n=5, method="cochran_armitage")


def _series(blank: bool) -> pd.DataFrame:
    rows = []
    for i, indicator in enumerate(SHARES):
        for j, period in enumerate(("2020", "2021", "2022", "2023", "2024")):
            n = 300 + 10 * j
            x = round(n * min(96, 30 + (i * 17) % 50 + (j * 9) % 13) / 100)
            reason = "incomplete" if blank or (i + j) % 7 == 2 else ""
            rows.append((indicator, period, x, n, reason))
    frame = pd.DataFrame(rows, columns=["indicator", "period", "numerator", "denominator", "reason"])
    return _with_values(frame).assign(source="siga", as_of="2024-12-31")


def square(code: str, column: int, row: int) -> dict[str, Any]:
    """One unit as a square of a tenth of a degree, a little askew."""
    x, y = column * 0.1, row * 0.1
    skew = 0.01 * ((column * 7 + row * 3) % 3)
    ring = [[x, y], [x + 0.1, y + skew], [x + 0.1, y + 0.1 + skew], [x, y + 0.1], [x, y]]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _checks(codes: list[str], names: Sequence[str], blank: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A slip, a copy of a sensitive indicator, a doubtful kampung; a summary with every outcome a rule can have."""
    nan = float("nan")
    rows = [
        ("denominator_slip", "extreme", "S1-01", "", 0, "2024", 100.0, 1150.0, 8.7, 113.0, nan, 63.5, 91.6, False),
        ("copied", "look", "S3-04", "", -1, "2024", 41.0, 370.0, 11.1, nan, 1.0, 14.7, 15.8, True),
        (
            "users_above_couples",
            "extreme",
            "",
            "couples",
            0,
            "2023-06-12",
            nan,
            nan,
            115.0,
            103.0,
            nan,
            nan,
            nan,
            False,
        ),
    ]
    columns = ["rule", "severity", "indicator", "item", "place", "period", "numerator", "denominator", "value", "usual"]
    checks = pd.DataFrame(rows, columns=[*columns, "years", "whole", "without", "sensitive"])
    checks = checks.assign(
        area_code=[codes[place] for place in checks["place"]],
        name=[names[place] for place in checks["place"]],
        source="siga",
        lower=nan,
        upper=nan,
        method="by hand",
        reason="",
    ).drop(columns="place")
    told = [
        ("denominator_slip", 300, 1, 1, 100 / 300, 0.0, "no", ""),
        ("copied", 310, 1, 0, 0.0, 0.0, "yes", ""),
        ("drift", 290, 0, 0, 0.0, nan, "", ""),
        ("outlier", 0, 0, 0, nan, 1.0, "", "too_few_points"),
        ("users_above_couples", 7, 1, 1, 100 / 7, 0.0, "no", ""),
        ("late", 0, 0, 0, nan, 25.0, "", "no_deadline"),
        ("unreported", 400, 20, 0, 5.0, 10.0, "yes", ""),
        ("villages_unreported", 9, 1, 0, 100 / 9, 10.0, "no", ""),
        ("items_unreported", 56, 30, 0, 100 * 30 / 56, 10.0, "no", ""),
    ]
    names_of = ["rule", "checked", "flagged", "extreme", "share", "threshold", "passed", "reason"]
    summary = pd.DataFrame(told, columns=names_of).set_index("rule", drop=False)
    return checks[:0] if blank else checks, summary


def _context() -> pd.DataFrame:
    """Two survey figures of the parent, one of them hidden, and a score without counts."""
    rows = [
        ("99.01", "S3-08", "2023", 21.5, 43.0, 200.0, "ssgi", ""),
        ("99.01", "S3-04", "2023", float("nan"), float("nan"), float("nan"), "pk", "suppressed"),
        ("99.01.01", "S4-10", "2024", 0.7128, float("nan"), float("nan"), "idm", ""),
    ]
    columns = ["area_code", "indicator", "period", "value", "numerator", "denominator", "source", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _conflicts() -> pd.DataFrame:
    """One conflict of each kind, as the analysis orders them; the last published one is hidden."""
    ssgi = {"area_code": "99.01", "area_name": "Kabupaten Contoh", "indicator": "S3-08", "period": "2023", "places": 1}
    ssgi |= {"source": "ssgi", "value": 21.5, "other_indicator": "S3-08", "other_period": "2023", "other_places": 1}
    people = {"indicator": "K-03", "value": 10.0, "numerator": 500.0, "denominator": 5000.0, "places": 1}
    people |= {"other_indicator": "K-01", "other_value": 4000.0, "other_numerator": 4000.0, "other_places": 0}
    kampung = {"area_code": "99.01.01.2001", "area_name": "Suka Maju", "unit": "Kampung KB Suka Maju", "value": 4.0}
    kampung |= {"source": "klasifikasi", "period": "2024-11-29", "other_source": "rinci", "other_period": "2024-11-29"}
    families = {"indicator": "S3-11", "other_indicator": "S3-11", "value": 90.0, "numerator": 90.0, "places": 0}
    weighed = {"other_indicator": "S3-09", "other_value": 12.5, "other_numerator": 25.0, "other_denominator": 200.0}
    rows = [
        {"kind": "values", **ssgi, "other_source": "berita", "other_value": 20.0, "difference": -1.5, "n": 2},
        {"kind": "values", **ssgi, "reason": "suppressed", "other_source": "berita", "value": None, "n": 2},
        {
            **{"kind": "sum", **ssgi, **families, "other_source": "ssgi", "other_value": 88.0},
            **{"other_numerator": 88.0, "difference": -2.0, "n": 2},
        },
        {"kind": "base", **ssgi, **people, "other_source": "siga", "other_period": "2024", "difference": 25.0, "n": 1},
        {"kind": "score", **kampung, "variable": "cpr", "other_value": 2.0, "n": 1},
        {"kind": "groups", **kampung, "variable": "groups", "value": 2.0, "other_value": 5.0, "n": 1},
        {"kind": "blank", **kampung, "variable": "unmet", "n": 1},
        {"kind": "method", **ssgi, **weighed, "other_source": "siga", "n": 2},
        {
            **{"kind": "break", **ssgi, "other_source": "ssgi", "other_period": "2024", "other_value": 19.0},
            **{"since": 2024.0, "n": 2},
        },
        {
            "kind": "dates",
            **kampung,
            "value": None,
            "unit": "",
            "other_period": "2024-11-19",
            "difference": 10.0,
            "n": 0,
        },
    ]
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    texts = ["unit", "variable", "indicator", "other_indicator", "reason"]
    return frame.assign(
        **{name: frame[name].fillna("") for name in texts},
        conflict=frame["kind"].isin(list(USED)),
        use=frame["kind"].map({**USED, **UNLIKE}),
        sensitive=False,
    )


def _family(area: str, blank: bool) -> dict[str, pd.DataFrame]:
    """iBangga and families at risk; one village of ten reports means without classes, one factor is hidden.

    `blank`: nothing is reported, so that a reason stands in the place of every value.
    """
    reason, basis = ("not_reported" if blank else ""), {"period": "2024", "as_of": "2024-12-31", "source": "pk"}
    names = [
        ("IBG", 57.3, 56.0),
        ("IBG-TENTERAM", 61.2, 60.4),
        ("IBG-MANDIRI", 48.9, 50.1),
        ("IBG-BAHAGIA", 61.8, 57.5),
    ]
    means = pd.DataFrame(names, columns=["indicator", "value", "benchmark"])
    means = means.assign(
        area_code=area,
        group=["index", *["dimension"] * 3],
        n=0.0 if blank else 1230.0,
        reported=0 if blank else 9,
        expected=10,
        provisional=not blank,
        reason=reason,
        benchmark_n=60_000.0,
        benchmark_reason=reason,
        **basis,
    )
    classes = pd.DataFrame({"numerator": [160.0, 800.0, 270.0], "denominator": 1230.0}).assign(
        area_code=list(FAMILY_CLASSES), total_of=area, indicator="IBG", period="2024", reason=reason, sensitive=True
    )
    classes["value"] = 100 * classes["numerator"] / classes["denominator"]
    classes = classes.assign(
        benchmark=[11.2, 63.0, 25.8],
        benchmark_numerator=[6720.0, 37_800.0, 15_480.0],
        benchmark_denominator=60_000.0,
        benchmark_reason=reason,
    )
    risk = pd.DataFrame(RISK, columns=["indicator", "group", "numerator", "benchmark", "verdict"])
    hidden = risk["indicator"].eq("KRS-MUDA").map({True: "suppressed", False: ""})
    risk = risk.assign(
        area_code=area,
        denominator=890.0,
        overlapping=risk["group"].isin(["factor", "four", "layer", "target"]),
        reported=9,
        expected=10,
        reason=reason or hidden,
        benchmark_reason=reason,
        sensitive=True,
        **basis,
    )
    risk = _with_values(risk)
    for frame, cells in ((means, ["value"]), (classes, ["value", "numerator", "denominator"]), (risk, ["numerator"])):
        frame.loc[frame["reason"] != "", cells] = float("nan")
    return {
        "ibangga": means.set_index("indicator", drop=False),
        "ibangga_classes": classes.set_index(pd.Index(FAMILY_CLASSES)),
        "risk": risk.set_index("indicator", drop=False),
    }


def make_situation(
    *, units: int = 9, names: Sequence[str] = NAMES, regency: bool = False, blank: bool = False, **changes: Any
) -> Situation:
    """Invented result of a district with `units` villages, or of a regency with `units` districts of 3 to 9 villages.

    `blank`: nothing is reported by any unit or kampung. The last district of a regency has no kampung.
    """
    area = "99.01" if regency else "99.01.01"
    if regency:
        codes = [f"{area}.{i + 1:02d}" for i in range(units)]
        villages = [f"{code}.{2001 + j}" for code in codes for j in range(3 + int(code[-2:]) % 7)]
    else:
        codes = villages = [f"{area}.{2001 + i}" for i in range(units)]
    called = [f"{names[i % len(names)]}{'' if i < len(names) else f' {i}'}" for i in range(units)]
    units_named = list(zip(codes, called, strict=True))
    values = _unit_values(codes, blank)
    kampung = _kampung(villages, called if not regency else names, SILENT if blank else CLASSES)
    if regency and units > 1:
        kampung = kampung[kampung["district_code"] != codes[-1]].reset_index(drop=True)
    held = set(kampung["village_code"])
    missing = tuple(code for code in villages if code not in held)
    items = pd.DataFrame(
        {
            item: [not blank and (i * 3 + j) % 5 != 0 and not (j < 2 and i % 2) for i in range(len(kampung))]
            for j, item in enumerate(ITEMS)
        },
        index=kampung["kampung_id"],
    )
    mature = int(kampung["class_stated"].isin(["Mandiri", "Berkelanjutan"]).sum())
    counts = [(max(1, len(kampung) // 2), mature // 3), (max(1, len(kampung) * 3 // 4), mature // 2)]
    counts += [counts[-1], (len(kampung), mature)]
    history = pd.DataFrame(
        [(day, n, n, m) for day, (n, m) in zip(DATES, counts, strict=True)],
        columns=["export_date", "kampung", "villages", "mature"],
    )
    levels = _levels(units, blank)
    indicators = levels[["indicator", "period", "source", "as_of", "reported", "expected"]]
    told = int(items["couples"].sum()) if len(items) else 0
    checks, check_summary = _checks(codes, called, blank)
    situation = Situation(
        area_code=area,
        name="Kabupaten Contoh" if regency else "Rambah Contoh",
        level=AreaLevel.REGENCY if regency else AreaLevel.DISTRICT,
        parent_code="99" if regency else "99.01",
        parent_name="Provinsi Contoh" if regency else "Kabupaten Contoh",
        period="2024",
        cutoff="2024-12-31",
        synthetic=True,
        title="Data contoh",
        units=pd.DataFrame({"name": called, "kampung": 1}, index=codes),
        levels=levels,
        unit_values=values,
        series=_series(blank),
        trends=_trends(),
        funnel=_funnel({code: f"Desa {code}" for code in villages} if regency else dict(units_named), blank),
        context=_context(),
        ranking=_ranking(values, dict(units_named), area),
        changes=_changes(codes, area, blank),
        conflicts=_conflicts()[: 0 if blank else None],
        spreads=_spreads(area, len(villages), blank),
        spread_years=_spread_years(area, len(villages), blank),
        **_family(area, blank),
        classification=SimpleNamespace(kampung=kampung),  # type: ignore[arg-type]
        classes=pd.DataFrame(),
        ways=_ways(kampung),
        quality=Quality(
            grade="B",
            reasons=(),
            indicators=indicators.reset_index(drop=True).assign(share=indicators["reported"].to_numpy() / units),
            items=items,
            impossible=0,
            couples=(told, len(kampung)),
            parent_couples=(2 * told, 3 * len(kampung)),
        ),
        formation=Formation(
            villages=len(villages),
            with_kampung=len(villages) - len(missing),
            kampung=len(kampung),
            missing=missing,
            history=history,
            needed=1.0,
            actual=1.0,
            year=2029,
        ),
        findings=(Remark("target_missed", {}, indicator="S3-02"),),
        asks=(),
        corrections=pd.DataFrame(columns=["table", "key", "column", "before", "after", "why", "who", "on"]),
        sources={"siga": "SIGA (contoh)", "ssgi": "Survei contoh", "berita": "Berita contoh"},
        boundaries={"type": "FeatureCollection", "features": [square(c, i % 4, i // 4) for i, c in enumerate(codes)]},
        checks=checks,
        check_summary=check_summary,
        edition=Edition.INTERNAL,
    )
    return dataclasses.replace(situation, **changes)
