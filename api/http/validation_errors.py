"""What is wrong with a request, pointed at and told without repeating any of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field


@dataclass(frozen=True, slots=True)
class ValidationIssue:
    """What is wrong with one part of the request."""

    pointer: Annotated[
        str, Field(description="JSON pointer into the body, or the name of a parameter.")
    ]
    message: str


def faults(errors: Iterable[Mapping[str, Any]]) -> Iterable[ValidationIssue]:
    """One for each of pydantic's errors."""
    for error in errors:
        place, *path = error["loc"]
        if error["type"] in {"extra_forbidden", "json_invalid"}:
            path = path[:-1]  # the last step is the sender's own word, or a place in the text
        if place == "body":
            yield ValidationIssue(_pointer(path), _message(error))
        else:
            yield ValidationIssue(str(path[0]) if path else str(place), _message(error))


def _pointer(path: Sequence[object]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


_OWN_WORDS = {
    "extra_forbidden": "Has a field that is not known here",
    "json_invalid": "Is not JSON",
    "uuid_parsing": "Is not a UUID",
}
# pydantic's sentences about these tell of the rule only; those about others may quote the input.
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
    return _OWN_WORDS.get(kind, "Is not valid")
