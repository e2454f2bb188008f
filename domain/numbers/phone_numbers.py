"""Phone numbers, and the rules for which of them a code may be sent to.

Numbering plans come from Google's libphonenumber. Only mobile numbers of the allowed countries
pass: toll fraud earns by premium and shared-cost numbers, and a landline gets no SMS.
"""

from dataclasses import dataclass

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_possible_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_country_code,
    region_code_for_number,
)

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
# SK's demo numbers of Mobiil-ID lie outside of Estonia's numbering plan.
_TESTED_IN = "EE"


class NumberRefused(ValueError):
    """No code can be sent to the number. ``code`` is stable; the text never repeats the number."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class NumberRules:
    """Numbers to which codes may be sent. ``home``: country of numbers written without one."""

    countries: frozenset[str]
    """ISO 3166-1 alpha-2."""
    test_numbers: bool = False
    """Accept SK's test numbers, which are in no numbering plan."""
    home: str = "EE"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number to which a code may be sent."""

    e164: str
    country: str
    """ISO 3166-1 alpha-2."""

    @property
    def prefix(self) -> str:
        """All but the last four digits: numbers that were bought together share it."""
        return self.e164[:-4]


def parse_mobile(text: str, rules: NumberRules) -> PhoneNumber:
    """Parse a mobile number as people write it. Raises NumberRefused."""
    try:
        number = parse(text, rules.home)
    except NumberParseException:
        raise NumberRefused("number_invalid", "This is not a phone number") from None
    main = region_code_for_country_code(number.country_code or 0)
    # +1 and +44 are shared, with islands that toll fraud likes: only the very country counts.
    country = region_code_for_number(number) or main
    parsed = PhoneNumber(format_number(number, PhoneNumberFormat.E164), country)
    if not is_valid_number(number):
        if rules.test_numbers and country == _TESTED_IN and is_possible_number(number):
            return parsed
        raise NumberRefused("number_invalid", "This is not a number of any numbering plan")
    if country not in rules.countries:
        raise NumberRefused("country_not_allowed", "No codes are sent to this country")
    if number_type(number) not in _MOBILE:
        raise NumberRefused("number_not_mobile", "Codes are sent to mobile numbers only")
    return parsed


def masked(number: str) -> str:
    """Return an E.164 number of which only its beginning and its last three digits show."""
    hidden = max(len(number) - 8, 4)
    return f"{number[:5]}{'•' * hidden}{number[-3:]}"
