"""How people read days, times, money and numbers, in their language.

English is the British form: `en` alone would write dates as in the United States.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
from babel import dates, numbers
from markupsafe import Markup, escape

from runtime.texts import Language, day_text

_LOCALES = {Language.ESTONIAN: "et_EE", Language.RUSSIAN: "ru_RU", Language.ENGLISH: "en_GB"}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_GROUPED = 1000
"""From here on numbers have groups, which Babel knows; of the others tables are full."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats of one language, with the days of one time zone."""

    language: Language
    zone: ZoneInfo

    @property
    def locale(self) -> str:
        """Babel's name of it."""
        return _LOCALES[self.language]

    def day(self, value: date | datetime | str) -> str:
        """Return a day as tables show it, as the API's own texts do: ``30.06.2027``."""
        return day_text(self._date(value), self.language)

    def typed_day(self, value: date | datetime | str) -> str:
        """Return a day as it is typed into a field, the same in every language: ``30.06.2027``."""
        return f"{self._date(value):%d.%m.%Y}"

    def long_day(self, value: date | datetime | str) -> str:
        """Return a day in words: ``30. juuni 2027``."""
        return dates.format_date(self._date(value), "long", locale=self.locale)

    def last_day(self, over: datetime | str) -> date:
        """Return the last day of what is over from this moment on: at midnight, the day before."""
        return (self._moment(over) - timedelta(microseconds=1)).date()

    def moment(self, value: datetime | str) -> str:
        """Return a day and a time of day: ``30.06.2027 14:05``."""
        moment = self._moment(value)
        return f"{self.day(moment)} {moment:%H:%M}"

    def time(self, value: date | datetime | str, form: str = "day") -> Markup:
        """Return a ``<time>``: ``day``, ``long_day`` or ``moment``, with the exact value beside."""
        exact = value if isinstance(value, str) else value.isoformat()
        shown = {"day": self.day, "long_day": self.long_day, "moment": self.moment}[form](value)  # type: ignore[arg-type] # a moment where a moment is asked for
        return Markup(f'<time datetime="{escape(exact)}">{escape(shown)}</time>')  # noqa: S704 # escaped by hand, as in cells

    def money(self, cents: int, currency: str = "EUR") -> str:
        """Return an amount of hundredths: ``1 234,50 €``."""
        return numbers.format_currency(Decimal(cents) / 100, currency, locale=self.locale)

    def typed_money(self, cents: int) -> str:
        """Return an amount of hundredths as it is typed into a field: ``1234,50``."""
        amount = Decimal(cents) / 100
        return numbers.format_decimal(amount, "0.00", locale=self.locale)

    def number(self, value: int | Decimal) -> str:
        """Return a number with its groups: ``12 345``."""
        if isinstance(value, int) and 0 <= value < _GROUPED:
            return str(value)
        return numbers.format_decimal(value, locale=self.locale)

    def _moment(self, value: datetime | str) -> datetime:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(self.zone)

    def _date(self, value: date | datetime | str) -> date:
        if isinstance(value, str):
            if len(value) == len("2027-06-30"):
                return date.fromisoformat(value)
            return self._moment(value).date()
        return self._moment(value).date() if isinstance(value, datetime) else value


def cents(typed: str) -> int | None:
    """Return the hundredths of an amount that was typed: ``25,50``, ``1 250.5 €``; None: of none.

    A point and a comma are the same in every language; thousands are parted by spaces alone, so
    that no ``1,234`` is read as two amounts.
    """
    plain = re.sub(r"[\s€]|EUR$", "", typed)
    if not re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", plain, re.ASCII):
        return None
    return int(Decimal(plain.replace(",", ".")) * 100)


def cost(typed: str) -> str | None:
    """Return what a single call may cost, as the API takes it: ``0,0125 €`` is 0.0125.

    Up to six decimals. None: none was typed, or no amount; no power of ten, which written out can
    be a gigabyte.
    """
    plain = re.sub(r"[\s€]|EUR$", "", typed)
    if not re.fullmatch(r"\d{1,6}([.,]\d{1,6})?", plain, re.ASCII):
        return None
    return plain.replace(",", ".")


def phone(number: str) -> str:
    """Return an E.164 number in groups that never break: ``+372 5123 4567``. Masked: as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, international).replace(" ", _NO_BREAK)


def name(value: str) -> str:
    """Return a person's name as people write it; registers write `MARI-LIIS MÄNNIK`."""
    if value != value.upper():
        return value
    return " ".join("-".join(map(str.capitalize, part.split("-"))) for part in value.split(" "))
