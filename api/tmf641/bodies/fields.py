"""Types of fields in bodies. A model ignores what it does not name: the standard is open."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.tmf641.moments import read_moment
from domain.days import is_in_every_calendar
from domain.visible_text import is_visible

NOT_VISIBLE = "not_visible"
"""Type of pydantic's error for a text with characters that cannot be seen."""
NOT_IN_CALENDAR = "not_in_calendar"
"""Type of pydantic's error for a moment at the very end of the calendar, or its beginning."""


class Body(BaseModel):
    """Base of what is read from a body. Types are strict: ``1`` is no text."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


def _visible(value: Any) -> Any:
    if isinstance(value, str) and not is_visible(value):
        raise PydanticCustomError(NOT_VISIBLE, "has characters that cannot be seen")
    return value


def _visible_lines(value: Any) -> Any:
    if isinstance(value, str):
        for line in value.replace("\r\n", "\n").replace("\t", " ").split("\n"):
            _visible(line)
    return value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("is not text")  # noqa: TRY004 # pydantic turns ValueErrors into faults
    moment = read_moment(value)
    if not is_in_every_calendar(moment):
        raise PydanticCustomError(NOT_IN_CALENDAR, "is out of range")
    return moment


Word = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_visible)]
"""A name or an id: one line."""
Label = Annotated[str, Field(max_length=200), BeforeValidator(_visible)]
"""The same, and may be empty, which is like leaving it out."""
Text = Annotated[str, Field(max_length=2000), BeforeValidator(_visible_lines)]
"""Some lines."""
Moment = Annotated[
    datetime,
    BeforeValidator(_moment, json_schema_input_type=str),
    Field(json_schema_extra={"format": "date-time"}),
]
"""RFC 3339 with its offset."""
