"""Keys of persons and companies: a country and a code, never a name.

Codes are validated with python-stdnum, and the value *it* returns is kept: it accepts spaces and
full-width digits, which must never make two persons out of one. Nor may signs between the parts of
a code: ``personal_codes``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Self
from unicodedata import normalize

from stdnum.ee import registrikood
from stdnum.exceptions import ValidationError

from domain import personal_codes


class InvalidIdentifier(ValueError):
    """A code that cannot belong to anyone. ``str()`` never contains the code itself."""


# As certificates write it, PNOEE-…: its first two letters are no country.
_ETSI = re.compile(r"[A-Z]{3}[A-Z]{2}-")
_COUNTRY = re.compile(r"[A-Z]{2}")
# Codes of other countries cannot be checked here: kept unchanged if they could be codes at all.
# 256 is the longest identifier eIDAS allows.
_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._+-]{0,255}")

_COMPANY_CODES: dict[str, Callable[[str], str]] = {"EE": registrikood.validate}


@dataclass(frozen=True, slots=True, order=True)
class PersonKey:
    """A natural person: ISO 3166-1 alpha-2 country and the personal code that country gave."""

    country: str
    code: str

    @classmethod
    def of(cls, country: str, code: str, *, today: date) -> Self:
        """Return the validated key. Raises InvalidIdentifier, also for births after ``today``."""
        kept, *_ = personal_codes.spellings(country, code)
        clean = _validated(country, kept, personal_codes.VALIDATORS)
        birth_date = personal_codes.BIRTH_DATES.get(country)
        born = birth_date(clean) if birth_date else None
        if born is not None and born > today:
            raise InvalidIdentifier("the personal code has a birth date in the future")
        return cls(country, clean)

    def spellings(self) -> tuple[str, ...]:
        """Return the ways in which the country writes this code, this key's own first."""
        return personal_codes.spellings(self.country, self.code)

    def is_written(self, text: str) -> bool:
        """Return whether ``text`` is this person's code, in any spelling."""
        return _bare(text) == _bare(self.code)

    @classmethod
    def from_subject(cls, subject: str, *, today: date) -> Self:
        """Return the key of a token's subject: country and code, ``EE60001019906``."""
        if _ETSI.match(subject):
            raise InvalidIdentifier("the subject is an ETSI identifier, not a country and a code")
        return cls.of(subject[:2], subject[2:], today=today)


@dataclass(frozen=True, slots=True, order=True)
class CompanyKey:
    """A legal person: ISO 3166-1 alpha-2 country and its registry code."""

    country: str
    code: str

    @classmethod
    def of(cls, country: str, code: str) -> Self:
        """Return the validated key. Raises InvalidIdentifier."""
        return cls(country, _validated(country, code, _COMPANY_CODES))


def _bare(code: str) -> str:
    """Return letters and digits only: signs separate in every country that has spellings."""
    return "".join(filter(str.isalnum, normalize("NFKC", code).upper()))


def _validated(country: str, code: str, rules: dict[str, Callable[[str], str]]) -> str:
    if not _COUNTRY.fullmatch(country):
        raise InvalidIdentifier("the country is not an ISO 3166-1 alpha-2 code")
    rule = rules.get(country)
    if rule is None:
        if not _OPAQUE.fullmatch(code):
            raise InvalidIdentifier("the code has characters that no code has")
        return code
    try:
        clean = rule(code)
    except ValidationError as error:
        raise InvalidIdentifier(f"not a valid {country} code: {error}") from None
    # stdnum's Finnish pattern lets the digits of other scripts through.
    if not clean.isascii():
        raise InvalidIdentifier(f"not a valid {country} code: it is not in ASCII")
    return clean
