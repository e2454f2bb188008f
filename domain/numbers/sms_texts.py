"""How the text of an SMS is put together, and the number of parts that it is sent in.

The last line is for browsers that fill in codes, ``@host #code`` (WICG, origin-bound codes).
"""

from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes two of the 7-bit places (3GPP TS 23.038)


class Language(StrEnum):
    """Language of an SMS."""

    ESTONIAN = "et"
    RUSSIAN = "ru"
    ENGLISH = "en"


LONGEST_HOST = 27
"""Characters of a host with which a code's SMS is one SMS in every language."""


def code_text(message: str, code: str, host: str) -> str:
    """Text of an SMS with a code.

    ``message`` has ``{code}`` in it. ``host``: host name of the page it is typed into, or empty.
    """
    return message.format(code=code) + (f"\n@{host} #{code}" if host else "")


def is_basic(text: str) -> bool:
    """Return whether every character takes one of the 7-bit places of GSM-7."""
    return set(text) <= _BASIC


def parts(text: str) -> int:
    """Number of SMS that this text is sent in: GSM-7 if every character allows it, else UCS-2."""
    if set(text) <= _BASIC | _EXTENDED:
        length = sum(2 if character in _EXTENDED else 1 for character in text)
        return 1 if length <= 160 else -(-length // 153)
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= 70 else -(-length // 67)
