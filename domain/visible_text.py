"""Characters that people cannot see, and that change what they see or what a terminal does.

Refused in what callers send, replaced in what registers send: a name is shown on pages, in
terminals and in logs.
"""

import unicodedata

_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters (C0 and C1), halves of surrogate pairs, line and paragraph separators."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Turn the direction of the text after them, so that it reads otherwise than it is."""
_UNSEEN = frozenset({"Cf", "Me", "Mn", "Zs"})
"""Joiners and other formatting characters, marks without a letter, spaces."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol of which nothing is seen: Hangul fillers, the empty Braille pattern."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def is_visible(text: str) -> bool:
    """Return whether this is one line of text without such characters."""
    return text.isprintable() or not any(map(_is_barred, text))


def made_visible(text: str) -> str:
    """Return the text with each such character replaced."""
    if is_visible(text):
        return text
    return "".join(_REPLACEMENT if _is_barred(letter) else letter for letter in text)


def is_blank(text: str) -> bool:
    """Return whether nothing of this text is seen."""
    return all(unicodedata.category(each) in _UNSEEN or each in _FILLERS for each in text)


def _is_barred(letter: str) -> bool:
    return letter in _BIDI or unicodedata.category(letter) in _CATEGORIES
