"""Validation issues of a request: where and what, without repeating any of its content."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Annotated, Any

from pydantic import Field

_NAME = re.compile("[a-z_]{1,50}")
_UNKNOWN_NAME = re.compile(r"(?!.*\d{3})[A-Za-z_][A-Za-z0-9_-]{0,49}", re.ASCII)
"""A field that there is not is named where its name can be one: no code, number or sentence."""


@dataclass(frozen=True, slots=True)
class ValidationIssue:
    """An error in one part of the request."""

    pointer: Annotated[
        str, Field(description="JSON pointer into the body, or the name of a parameter.")
    ]
    message: str = Field(description="What is wrong there. It never repeats the value.")


NOT_JSON = ValidationIssue("", "Is not JSON")


def is_broken(errors: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the body is not JSON at all, so that nothing else can be said of it."""
    return any(error["type"] == "json_invalid" for error in errors)


def validation_issues(errors: Iterable[Mapping[str, Any]]) -> Iterable[ValidationIssue]:
    """Turn each of pydantic's errors into an issue."""
    for error in errors:
        place, *path = error["loc"]
        if place == "body":
            yield ValidationIssue(_pointer(_told(error["type"], path)), _message(error))
        else:
            yield ValidationIssue(str(path[0]) if path else str(place), _message(error))


def _told(kind: str, path: Sequence[object]) -> Iterable[object]:
    if kind != "extra_forbidden":
        return _declared(path)
    *known, name = path
    told = [*_declared(known)]
    is_told = len(told) == len(known) and _UNKNOWN_NAME.fullmatch(str(name))
    return [*told, name] if is_told else told


def _declared(path: Sequence[object]) -> Iterable[object]:
    """The path up to a step that is no name of a field: the caller chose it, and it may be data."""
    return takewhile(lambda step: isinstance(step, int) or _NAME.fullmatch(str(step)), path)


def _pointer(path: Iterable[object]) -> str:
    return "".join(f"/{step}" for step in path)


_OWN_TEXTS = {
    "extra_forbidden": "Has an unknown field",
    "uuid_parsing": "Is not a UUID",
}
# For these, pydantic's message states the rule only; others may quote the input.
_QUOTES_NOTHING = {
    *("bool_type", "enum", "greater_than_equal", "int_parsing", "int_type", "less_than_equal"),
    *("literal_error", "missing", "model_type", "string_pattern_mismatch"),
    *("string_too_long", "string_too_short", "string_type", "timezone_aware", "uuid_type"),
    "value_error",
}


def _message(error: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in _QUOTES_NOTHING:
        return str(error["msg"]).removeprefix("Value error, ")
    return _OWN_TEXTS.get(kind, "Is not valid")
