"""What single values look like: texts, paths, codes, dates, and the office that publishes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from kbk_analysis.period import PATTERN

Text = Annotated[str, Field(min_length=1, max_length=200)]
PathText = Annotated[str, Field(min_length=1, max_length=1000)]
OptionalPath = Annotated[str, Field(max_length=1000)]
Code = Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")]
Period = Annotated[str, Field(pattern=PATTERN)]


def _is_iso_date(value: str) -> str:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("iso_date", "not an ISO date") from None
    return value


def _is_blank_or_iso_date(value: str) -> str:
    return _is_iso_date(value) if value else value


IsoDate = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_iso_date)]
OptionalDate = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"), AfterValidator(_is_blank_or_iso_date)]


class Strict(BaseModel):
    """A model that refuses unknown names, other types, and anything not finite."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Signatory(Strict):
    """Who signs. A name and NIP may stand here and nowhere else; without a name the line is left to be filled."""

    role: Text
    name: Text | None = None
    nip: Annotated[str, Field(pattern=r"^[0-9 ]{18,25}$")] | None = None


class Letterhead(Strict):
    """The office that publishes: its lines, and contact data that are printed but never logged."""

    lines: list[Text] = Field(min_length=1, max_length=6)
    phone: Text | None = None
    email: Text | None = None
    signatory: Signatory | None = None
