"""A small invented situation, built by hand, and helpers to look at what a figure holds."""

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from kbk_analysis.indicators.proportions import share
from kbk_analysis.schema import AreaLevel, Edition
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
ITEMS = ("couples", "methods", "unmet", "families", "target_families", "participants", "pokja", "operations")
# indicator: (numerators by unit, denominator, target, benchmark, direction sign); None = not reported
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


def _kampung(codes: list[str]) -> pd.DataFrame:
    rows = [
        {
            "kampung_id": f"{code}/{name}",
            "kampung_name": name,
            "village_code": code,
            "district_code": code[:8],
            "class_stated": found[0],
            "class_recomputed": found[0],
            "class_low": found[1],
            "class_high": found[2],
            "stated_on": pd.Timestamp("2023-08-28"),
            "detail_on": pd.Timestamp("2023-06-12"),
        }
        for code, name, found in zip(codes, NAMES * 9, CLASSES * 9, strict=False)
        if found
    ]
    return pd.DataFrame(rows)


def _unit_values(units: list[str]) -> pd.DataFrame:
    rows = []
    for i, indicator in enumerate(SHARES):
        for j, unit in enumerate(units):
            base = SHARES[indicator][1]
            n = 60 + 23 * ((i + 2 * j) % 7)
            x = min(n, max(0, round(n * (base + ((i * 7 + j * 13) % 31) - 15) / 100)))
            silent = (i + j) % 6 == 5 or (indicator == "S3-03" and j < 4)
            verdict = ("worse", "similar", "similar", "better", "similar")[(i * 3 + j) % 5]
            reason = "suppressed" if (i, j) == (7, 2) else "not_reported" if silent else ""
            rows.append((unit, indicator, x, n, "" if reason else verdict, reason))
        if indicator == "S1-01":
            rows.append((units[0], "S1-11", None, None, "", ""))
    frame = pd.DataFrame(rows, columns=["area_code", "indicator", "numerator", "denominator", "verdict", "reason"])
    values = share(frame["numerator"], frame["denominator"], confidence=0.998)
    for column in ("value", "lower", "upper"):
        frame[column] = values[column].where(frame["reason"] == "")
    frame.loc[frame["indicator"] == "S1-11", "value"] = 3.0
    return frame


def _levels(units: list[str]) -> pd.DataFrame:
    rows = []
    for i, (indicator, (target, benchmark)) in enumerate(SHARES.items()):
        n = 400 + 37 * i
        x = round(n * (benchmark + (i * 11) % 17 - 8) / 100)
        reason = "incomplete" if indicator == "S3-03" else ""
        rows.append((indicator, x, n, target, benchmark, reason))
    frame = pd.DataFrame(rows, columns=["indicator", "numerator", "denominator", "target", "benchmark", "reason"])
    values = share(frame["numerator"], frame["denominator"])
    for column in ("value", "lower", "upper"):
        frame[column] = values[column].where(frame["reason"] == "")
    reached = (frame["value"] >= frame["target"]) ^ frame["indicator"].isin(LOWER)
    frame["target_reason"] = frame["target"].isna().map({True: "no_target", False: ""})
    frame["target_status"] = reached.map({True: "reached", False: "not_reached"})
    frame.loc[frame["target"].isna() | (frame["reason"] != ""), "target_status"] = ""
    frame["certain"] = ~frame["target"].between(frame["lower"], frame["upper"])
    frame = frame.assign(
        benchmark_reason="",
        period="2024",
        as_of="2024-12-31",
        source="siga",
        reported=len(units) - 1,
        expected=len(units),
    )
    score = {"indicator": "S1-11", "value": 3.0, "reason": "", "target_reason": "no_target", "target_status": ""}
    frame = pd.concat([frame, pd.DataFrame([score])], ignore_index=True)
    text = ["benchmark_reason", "source", "as_of", "period"]
    frame[text] = frame[text].fillna("")
    frame["certain"] = frame["certain"].fillna(False).astype(bool)
    return frame.set_index("indicator", drop=False)


def _series() -> pd.DataFrame:
    rows = []
    for i, indicator in enumerate(SHARES):
        for j, period in enumerate(("2020", "2021", "2022", "2023", "2024")):
            n = 300 + 10 * j
            x = round(n * min(96, 30 + (i * 17) % 50 + (j * 9) % 13) / 100)
            reason = "incomplete" if (i + j) % 7 == 2 else ""
            rows.append((indicator, period, x, n, reason))
    frame = pd.DataFrame(rows, columns=["indicator", "period", "numerator", "denominator", "reason"])
    values = share(frame["numerator"], frame["denominator"])
    for column in ("value", "lower", "upper"):
        frame[column] = values[column].where(frame["reason"] == "")
    return frame.set_index("indicator", drop=False)


def _square(code: str, column: int, row: int) -> dict[str, Any]:
    x, y = column * 0.1, row * 0.1
    skew = 0.03 * ((column * 7 + row * 3) % 3)
    ring = [[x, y], [x + 0.1, y + skew / 3], [x + 0.1, y + 0.1 + skew / 3], [x, y + 0.1], [x, y]]
    return {"properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def make_situation(
    *, units: int = 9, names: tuple[str, ...] = NAMES, regency: bool = False, **changes: Any
) -> Situation:
    """Invented result of a district with `units` villages, or of a regency with `units` districts of nine villages."""
    area = "99.01" if regency else "99.01.01"
    if regency:
        codes = [f"{area}.{i + 1:02d}" for i in range(units)]
        villages = [f"{code}.{2001 + j}" for code in codes for j in range(3 + int(code[-2:]) % 7)]
    else:
        codes = villages = [f"{area}.{2001 + i}" for i in range(units)]
    names = tuple(f"{names[i % len(names)]}{'' if i < len(names) else f' {i}'}" for i in range(units))
    kampung = _kampung(villages)
    if regency:
        kampung = kampung[kampung["district_code"] != codes[-1]].reset_index(drop=True)
    held = set(kampung["village_code"])
    missing = tuple(code for code in villages if code not in held)
    items = pd.DataFrame(
        {
            item: [(i * 3 + j) % 5 != 0 and not (j < 2 and i % 2) for i in range(len(kampung))]
            for j, item in enumerate(ITEMS)
        },
        index=kampung["kampung_id"],
    )
    history = pd.DataFrame(
        [
            ("2022-10-27", 4, 4, 1),
            ("2023-05-16", 5, 5, 2),
            ("2023-06-12", 5, 5, 2),
            ("2023-08-28", len(kampung), len(held), 3),
        ],
        columns=["export_date", "kampung", "villages", "mature"],
    )
    boundaries = {"type": "FeatureCollection", "features": [_square(c, i % 4, i // 4) for i, c in enumerate(codes)]}
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
        units=pd.DataFrame({"name": names, "kampung": 1}, index=codes),
        levels=_levels(codes),
        unit_values=_unit_values(codes),
        series=_series(),
        context=pd.DataFrame(),
        classification=SimpleNamespace(kampung=kampung),  # type: ignore[arg-type]
        classes=pd.DataFrame(),
        ways=pd.DataFrame(),
        quality=Quality(grade="B", reasons=(), indicators=pd.DataFrame(), items=items, impossible=0),
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
        corrections=pd.DataFrame(),
        boundaries=boundaries,
        edition=Edition.INTERNAL,
    )
    return dataclasses.replace(situation, **changes)


@pytest.fixture(scope="session")
def situation() -> Callable[..., Situation]:
    """Factory of invented situations."""
    return make_situation
