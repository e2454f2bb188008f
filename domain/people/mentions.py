"""Finds a person in free text: by id, personal code, phone number or name.

Notes of operators are the only texts that may name someone. Names are found as they are registered,
in either order: neither inflected forms nor misspellings, which only a reader finds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from phonenumbers import parse

from domain.identifiers import PersonKey


class Mention(StrEnum):
    """What a text names a person by, the surest first."""

    ID = "id"
    CODE = "code"
    NUMBER = "number"
    NAME = "name"
    """A namesake may be meant."""


@dataclass(frozen=True)
class Identity:
    """What a person is recognised by."""

    id: UUID
    key: PersonKey
    names: frozenset[str]
    """As registers gave them, empty ones left out."""
    numbers: frozenset[str]
    """E.164: the person's own, by the operator's records or the latest proof."""

    def mentioned_in(self, text: str) -> Mention | None:
        """Return what ``text`` names the person by; None: it does not name them."""
        if not text:
            return None
        return next((kind for kind, shape in self._shapes if shape.search(text)), None)

    @cached_property
    def _shapes(self) -> tuple[tuple[Mention, re.Pattern[str]], ...]:
        named = [wanted for name in self.names for wanted in _orders(name)]
        shapes = {
            Mention.ID: [re.escape(str(self.id))],
            Mention.CODE: [_code(self.key)],
            Mention.NUMBER: [_number(number) for number in self.numbers],
            Mention.NAME: named,
        }
        return tuple((kind, _any_of(each)) for kind, each in shapes.items() if each)


_APART = r"[\s./+-]{0,3}"
"""What may stand between the letters and digits of a code or number."""


def _any_of(shapes: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(shapes))})(?!\w)", re.IGNORECASE)


def _spread(text: str) -> str:
    return _APART.join(map(re.escape, filter(str.isalnum, text)))


def _code(key: PersonKey) -> str:
    """The code alone, or as in tokens (EE…) and certificates (PNOEE-…)."""
    return rf"(?:(?:PNO)?{re.escape(key.country)}{_APART})?{_spread(key.code)}"


def _number(e164: str) -> str:
    number = parse(e164)
    national = _spread(str(number.national_number))
    return rf"(?:(?:\+|00)?{number.country_code}{_APART})?{national}"


def _orders(name: str) -> list[str]:
    """The name as registered, and the surname first. A single word is not a full name."""
    words = [re.escape(word) for word in name.split()]
    if len(words) < 2:
        return []
    *first, last = words
    return [r"\s+".join(words), r",?\s+".join([last, r"\s+".join(first)])]
