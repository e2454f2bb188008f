"""The text that a phone shows when it asks for a signature."""

from collections.abc import Mapping

from domain.numbers.sms_texts import Language

PHONE_TEXTS: Mapping[Language, str] = {
    Language.ESTONIAN: "Lepingu allkirjastamine",
    Language.RUSSIAN: "Подписание договора",
    Language.ENGLISH: "Signing of a contract",
}
"""Mobile-ID shows 40 bytes of it, 20 letters of the Russian one. No personal data."""
