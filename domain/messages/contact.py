"""How a person is reached: by their own choice, and where they made none, as the operator says."""

from dataclasses import dataclass
from enum import StrEnum

from domain.numbers.sms_texts import Language


class NumberSource(StrEnum):
    """Where the number of a contact comes from."""

    PROVED = "proved"
    """The person chose a number that they proved, and nobody has proved it after them."""
    OPERATOR = "operator"
    """The operator's systems gave it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The language and the number by which a person is reached now."""

    language: Language = Language.ESTONIAN
    sms: bool = False
    """Notices are also sent by SMS, if there is a number."""
    number: str | None = None
    """E.164."""
    number_from: NumberSource | None = None


@dataclass(frozen=True, slots=True)
class ContactChoice:
    """What a person, or the operator for them, chose."""

    language: Language
    sms: bool
    number: str | None
    """E.164. None: the person chose none of their own; the operator has none."""
