"""Reference numbers of Estonian invoices (viitenumber), with the check digit of method 7-3-1.

Rule of the Estonian Banking Association (pangaliit.ee): 2 to 20 digits, the last of which is the
check digit. From the right, the digits before it weigh 7, 3, 1, 7, …; the check digit is what the
sum lacks to the next full ten, 0 where it is one. From abroad the same number comes as an ISO 11649
reference: ``RF``, two check digits, the number.
"""

import re
from itertools import cycle

from stdnum import iso11649
from stdnum.exceptions import ValidationError

LONGEST = 20
_DIGITS = re.compile(rf"[0-9]{{2,{LONGEST}}}")
_BASE = re.compile(rf"[0-9]{{1,{LONGEST - 1}}}")
_SPACES = re.compile(r"\s+")


class InvalidReference(ValueError):
    """No reference number. ``str()`` never contains what was given."""


def check_digit(digits: str) -> str:
    """Return the 7-3-1 check digit of digits of any length; also the last of an Estonian IBAN."""
    weighed = zip(reversed(digits), cycle((7, 3, 1)), strict=False)
    return str(-sum(int(digit) * weight for digit, weight in weighed) % 10)


def make_reference(base: str) -> str:
    """Return the reference number of 1 to 19 digits. Raises InvalidReference."""
    if not _BASE.fullmatch(base):
        raise InvalidReference("a reference number is made of 1 to 19 digits")
    return base + check_digit(base)


def checked_reference(written: str) -> str:
    """Return the reference number as digits, of any spelling of it. Raises InvalidReference.

    Spaces are dropped, and so is the frame of ISO 11649. Zeros in front stay: they are a part of
    the number, though they change no check digit.
    """
    bare = _SPACES.sub("", written)
    if bare[:2].upper() == "RF":
        bare = _inside_rf(bare)
    if not _DIGITS.fullmatch(bare):
        raise InvalidReference("a reference number has 2 to 20 digits")
    if bare[-1] != check_digit(bare[:-1]):
        raise InvalidReference("the check digit of the reference number is wrong")
    return bare


def same_reference(one: str, other: str) -> bool:
    """Return whether two reference numbers are one: some banks drop the zeros in front."""
    return one.lstrip("0") == other.lstrip("0")


def _inside_rf(bare: str) -> str:
    try:
        return str(iso11649.validate(bare))[4:]
    except ValidationError:
        raise InvalidReference("the check digits of the RF reference are wrong") from None
