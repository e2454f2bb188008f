"""Personal codes of countries: one spelling of each, which are valid, and their birth dates.

Spellings are made one only where it is certain that they are one person's: see
docs/decisions/0017-spellings-of-personal-codes.md.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from stdnum.ee import ik
from stdnum.exceptions import InvalidFormat
from stdnum.fi import hetu
from stdnum.lt import asmens
from stdnum.util import clean


class _Spelling(NamedTuple):
    """Parts of a code, and the ways in which the country joins them."""

    parts: re.Pattern[str]
    joined: tuple[str, ...]
    """The first is the one that is kept."""


def _spelt(parts: str, *joined: str) -> _Spelling:
    return _Spelling(re.compile(parts, re.ASCII), joined)


# Signs between the parts mean nothing in these countries, nor does the case of a letter. Not here:
# Finland, whose sign tells the century, and countries that write their code in one way.
_BIRTH_NUMBER = _spelt(r"(\d{6})/?(\d{3,4})", "{}{}", "{}/{}")
_SIX_AND_FOUR = _spelt(r"(\d{6})[- ]?(\d{4})", "{}{}", "{}-{}")
_SPELLINGS = {
    "BE": (
        _spelt(r"(\d\d)\.?(\d\d)\.?(\d\d)[- ]?(\d{3})[. ]?(\d\d)", "{}{}{}{}{}", "{}.{}.{}-{}.{}"),
    ),
    "CH": (_spelt(r"(756)[. ]?(\d{4})[. ]?(\d{4})[. ]?(\d\d)", "{}{}{}{}", "{}.{}.{}.{}"),),
    "CZ": (_BIRTH_NUMBER,),
    "DK": (_SIX_AND_FOUR,),
    "ES": (
        _spelt(r"(\d{8})[- ]?([A-Z])", "{}{}", "{}-{}"),
        _spelt(r"([XYZ])[- ]?(\d{7})[- ]?([A-Z])", "{}{}{}", "{}-{}-{}"),
    ),
    "IS": (_SIX_AND_FOUR,),
    "IT": (_spelt(r"([A-Z0-9]{16})", "{}"),),
    "LV": (_spelt(r"(\d{6})[- ]?(\d{5})", "{}-{}", "{}{}"),),
    "NO": (_spelt(r"(\d{6})[- ]?(\d{5})", "{}{}", "{} {}"),),
    "SE": (_spelt(r"((?:18|19|20)\d{6})[-+ ]?(\d{4})", "{}{}", "{}-{}"),),
    "SK": (_BIRTH_NUMBER,),
}


def spellings(country: str, code: str) -> tuple[str, ...]:
    """Return the ways in which the country writes this code, the one that is kept first.

    A code of which none is known is returned unchanged, and alone.
    """
    text = clean(code).strip().upper()  # the signs and digits of other scripts, as stdnum has it
    for spelling in _SPELLINGS.get(country, ()):
        if found := spelling.parts.fullmatch(text):
            return tuple(joined.format(*found.groups()) for joined in spelling.joined)
    return (code,)


def _latvian(code: str) -> str:
    # Eleven digits and nothing else. The check digit is not documented by the state.
    kept, *others = spellings("LV", code)
    if not others:
        raise InvalidFormat
    return kept


VALIDATORS: dict[str, Callable[[str], str]] = {
    "EE": ik.validate,
    "FI": hetu.validate,
    "LT": asmens.validate,
    "LV": _latvian,
}
"""Return the code as it is kept. Raise stdnum's ValidationError for one that nobody can have."""


def _lithuanian_birth_date(code: str) -> date | None:
    # The digits of an Estonian code in the same places; a code that begins with 9 has no date.
    return None if code.startswith("9") else ik.get_birth_date(code)


def _finnish_birth_date(code: str) -> date:
    century = 1800 if code[6] == "+" else 2000 if code[6] in "ABCDEF" else 1900
    return date(century + int(code[4:6]), int(code[2:4]), int(code[:2]))


BIRTH_DATES: dict[str, Callable[[str], date | None]] = {
    "EE": ik.get_birth_date,
    "FI": _finnish_birth_date,
    "LT": _lithuanian_birth_date,
}
"""Return the birth date that a valid code tells."""
