"""Sort keys: names in the order of the Estonian alphabet, without a collation of the database.

The database that comes with the package is built without ICU, so a name's key is stored beside it
and compared byte by byte. A key is for sorting and for finding, not for reading.
"""

import unicodedata

ALPHABET = "abcdefghijklmnopqrsšzžtuvwõäöüxy"
"""The Estonian alphabet with the foreign letters, in its order."""
_KEYS = "abcdefghijklmnopqrs" + "tuvwxyz" + "àáâãäå"
"""The key of each letter of ``ALPHABET``: their code points ascend."""
_QUOTES = "\"'`\u00b4\u201e\u201c\u201d\u2018\u2019\u201a«»\u2039\u203a"
"""Left out of keys: companies are registered with and without them."""
# Most frequent first: the database looks a character up from the start.
_OWN = dict(zip(ALPHABET, _KEYS, strict=True))
_LATIN = [chr(code) for code in range(0xC0, 0x180)]
_CYRILLIC = [chr(code) for code in range(0x400, 0x430)]
_WITHOUT_BASE = {
    "æ": "a",
    "ð": "d",
    "đ": "d",
    "ħ": "h",
    "\u0131": "i",
    "ł": "l",
    "ø": "ö",
    "œ": "o",
}
_WITHOUT_BASE |= {"ß": "s", "þ": "t", "ŋ": "n", "ŧ": "t", "ĸ": "k"}


def _base(letter: str) -> str:
    """Return the letter that a foreign one is sorted as: without its accent."""
    small = letter.lower()
    return _WITHOUT_BASE.get(small) or unicodedata.normalize("NFD", small)[0]


def _mapping() -> dict[str, str]:
    capitals = {letter.upper(): key for letter, key in _OWN.items()}
    known = _OWN | {" ": " "} | capitals
    foreign = {letter: _OWN[_base(letter)] for letter in _LATIN if _base(letter) in _OWN}
    # Cyrillic comes after all Latin letters, in the order of its code points.
    cyrillic = {letter: letter.lower() for letter in _CYRILLIC} | dict.fromkeys("ёЁ", "\u0435")
    return {**known, **{k: v for k, v in (foreign | cyrillic).items() if k not in known}}


KEY_OF = _mapping()
"""The key of each character that has one; any other is its own."""
LEFT_OUT = _QUOTES
"""Characters that no key has."""
_TABLE = str.maketrans(KEY_OF | dict.fromkeys(LEFT_OUT))


def sort_key(name: str) -> str:
    """Return the sort key of a name: without case, accents of other languages, and quotes."""
    return name.translate(_TABLE).strip(" ")
