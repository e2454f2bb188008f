"""Characteristics of services in words, and their values as people write them."""

from markupsafe import Markup

from web.console.visit import ConsoleVisit
from web.theme import formats

_NUMBERS = frozenset({"msisdn", "forwardTo"})
WORDS_OF_OTHERS = {"msisdn": "characteristic.number", "state": "page.console.drift.network_state"}
"""What is compared and is no characteristic."""


class Characteristics:
    """Words of one reader: templates call them."""

    def __init__(self, visit: ConsoleVisit) -> None:
        self._visit = visit

    def name(self, code: str) -> Markup:
        """Return the name; the code where the API is newer than these pages."""
        return self._text(WORDS_OF_OTHERS.get(code, f"characteristic.{code}"), code)

    def value(self, code: str, value: object) -> Markup:
        """Return a value, whatever a network shows; a dash where there is none."""
        if value is None:
            return Markup("–")  # noqa: RUF001 # as in every table
        if isinstance(value, bool):
            return self._visit.text("page.value.yes" if value else "page.value.no")
        if code == "spendingLimit" and isinstance(value, int):
            return Markup("{}").format(self._visit.formats.money(value))
        if code in _NUMBERS:
            return Markup("{}").format(formats.phone(str(value)))
        return self._text(f"characteristic.{code}.{value}", str(value))

    def _text(self, id_: str, code: str) -> Markup:
        try:
            return self._visit.text(id_)
        except KeyError:
            return Markup("{}").format(code)
