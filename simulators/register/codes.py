"""Personal and registry codes that are valid by checksum, made from a number and read back."""

from contextlib import suppress
from datetime import date, timedelta

from stdnum.ee import ik, registrikood
from stdnum.exceptions import ValidationError
from stdnum.lv import pvn

FIRST_BIRTHDAY = date(1940, 1, 1)
BIRTHDAYS = 24_107
"""Days from 1940-01-01 to 2005-12-31."""
SERIALS = range(2, 900)
"""Numbers of one day that every country here may give: Finland leaves out 0, 1 and 900-999."""
_HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def is_male(serial: int) -> bool:
    """Finland's own rule, kept for all: odd numbers are men's."""
    return serial % 2 == 1


def personal_code(country: str, born: date, serial: int) -> str:
    """Return the code that ``country`` (EST, LTU, FIN or LVA) gives to this person."""
    if country == "FIN":
        digits = f"{born:%d%m%y}{serial:03}"
        sign = "-" if born.year < 2000 else "A"
        return f"{digits[:6]}{sign}{digits[6:]}{_HETU_CHECKS[int(digits) % 31]}"
    if country == "LVA":
        digits = f"{born:%d%m%y}{born.year // 100 - 18}{serial:03}"
        return f"{digits[:6]}-{digits[6:]}{pvn.calc_check_digit_pers(digits)}"
    first = (3 if born.year < 2000 else 5) + (not is_male(serial))
    digits = f"{first}{born:%y%m%d}{serial:03}"
    return digits + ik.calc_check_digit(f"{digits}0")


def birth_and_serial(country: str, code: str) -> tuple[date, int] | None:
    """Return birth date and serial of a code; None for one that ``personal_code`` never makes."""
    with suppress(ValueError, IndexError, ValidationError):
        if country in {"EST", "LTU"}:
            return ik.get_birth_date(code), int(code[7:10])
        if country == "FIN":
            century = 1900 if code[6:7] == "-" else 2000
            born = date(century + int(code[4:6]), int(code[2:4]), int(code[:2]))
            return born, int(code[7:10])
        if country == "LVA":
            return pvn.get_birth_date(code), int(code[8:11])
    return None


def born_on(day_number: int) -> date:
    return FIRST_BIRTHDAY + timedelta(days=day_number)


def registry_code(number: int) -> str:
    """Return eight digits: the seven of ``number`` and their check digit."""
    return f"{number}{ik.calc_check_digit(f'{number}0')}"


def is_registry_code(code: str) -> bool:
    return registrikood.is_valid(code) and code == registrikood.compact(code)
