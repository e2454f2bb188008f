"""The language of an answer, from the header Accept-Language (RFC 9110, section 12.5.4)."""

import re
from collections.abc import Iterable

from domain.numbers.sms_texts import Language

_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_MOST = 20
"""Ranges that are read; more than any person's."""


def negotiated(header: str | None) -> Language:
    """Return the language that the caller prefers; English where the header names none of ours.

    A range is compared by its primary language: ``et-EE`` is Estonian. Malformed ones count as
    refused.
    """
    weights = _weights(header)
    any_ = weights.get("*", 0)
    named = [Language(each) for each in weights if each in set(Language)]
    best = max([*named, Language.ENGLISH, *Language], key=lambda each: weights.get(each, any_))
    return best if weights.get(best, any_) > 0 else Language.ENGLISH


def named(header: str | None) -> Language | None:
    """Return the language of ours that the header names and likes best; None: it names none."""
    weights = _weights(header)
    ours = [Language(each) for each, weight in weights.items() if each in set(Language) and weight]
    return max(ours, key=lambda each: weights[each], default=None)


def _weights(header: str | None) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in (header or "").split(",")[:_MOST]:
        range_, *parameters = (piece.strip() for piece in part.split(";"))
        primary = range_.partition("-")[0].lower()
        weights[primary] = max(_weight(parameters), weights.get(primary, 0))
    return weights


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        read = _WEIGHT.fullmatch(parameter)
        return float(read[1]) if read else 0
    return 1
