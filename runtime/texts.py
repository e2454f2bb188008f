"""Texts for people in three languages, from the gettext catalogues in ``locale/``.

Ids of messages are stable keys: ``reason.no_access``, ``permission.invoice:pay``. The English text
is a message like the others. How to add a text: docs/development.md.
"""

import sysconfig
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from domain.numbers.sms_texts import Language

__all__ = [
    "Language",  # for the pages, which import no rule
    "all_refusals",
    "day_text",
    "messages",
    "placeholders",
    "plural",
    "plurals",
    "reason_codes",
    "reason_messages",
    "reason_text",
    "remedy_text",
    "text",
]

_CLONE = Path(__file__).parents[1] / "locale"
_INSTALLED = Path(sysconfig.get_path("data"), "share", "volitus", "locale")


@cache
def messages(language: Language) -> Mapping[str, str]:
    """Return every message of the language by its id, in the order of the catalogue.

    Reads a file once in the life of the process. Raises FileNotFoundError where it is missing.
    """
    return MappingProxyType(
        {
            str(each.id): str(each.string)
            for each in _catalogue(language)
            if each.id and not each.pluralizable
        }
    )


@cache
def plurals(language: Language) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of every message that counts something, by its id."""
    return MappingProxyType(
        {
            each.id[0]: tuple(each.string or ())
            for each in _catalogue(language)
            if each.id and each.pluralizable
        }
    )


def plural(id_: str, count: int, language: Language) -> str:
    """Return the form of a message that goes with ``count``. Raises KeyError for an unknown id."""
    return plurals(language)[id_][c2py(_catalogue(language).plural_expr)(count)]


@cache
def _catalogue(language: Language) -> Catalog:
    folder = _CLONE if _CLONE.is_dir() else _INSTALLED
    with (folder / language.value / "LC_MESSAGES" / "volitus.po").open("rb") as file:
        return read_po(file, locale=language.value, domain="volitus", abort_invalid=True)


def text(id_: str, language: Language, /, **values: object) -> str:
    """Return a message with its placeholders filled. Raises KeyError for an unknown id or value."""
    return messages(language)[id_].format(**values)


def all_refusals(codes: Iterable[str], language: Language) -> str:
    """Return why something is refused, all of it in one line: the messages ``refusal.CODE``."""
    return "; ".join(text(f"refusal.{code}", language) for code in codes) + "."


def day_text(day: date, language: Language) -> str:
    """Return a day as people write it."""
    return f"{day.day} {day:%B %Y}" if language is Language.ENGLISH else f"{day:%d.%m.%Y}"


@cache
def _of_reasons() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for id_ in messages(Language.ENGLISH):
        kind, _, rest = id_.partition(".")
        if kind == "reason":
            found.setdefault(rest.partition(".")[0], []).append(id_)
    return {code: tuple(ids) for code, ids in found.items()}


def reason_codes() -> tuple[str, ...]:
    """Return every reason code, alphabetically."""
    return tuple(sorted(_of_reasons()))


def reason_messages(code: str, language: Language) -> list[str]:
    """Return the messages of this code, most often one. Raises KeyError for an unknown code."""
    return [messages(language)[id_] for id_ in _of_reasons()[code]]


def reason_text(code: str, stored: str, facts: Mapping[str, Any], language: Language) -> str:
    """Return the reason's text in this language; the stored text where there is none.

    A code may have several messages, ``reason.CODE.VARIANT``: the one whose English text is the
    stored one counts. A code with one message is translated even if its wording changed since.
    """
    if language is Language.ENGLISH:
        return stored
    ids = _of_reasons().get(code, ())
    said = [id_ for id_ in ids if _filled(messages(Language.ENGLISH)[id_], facts) == stored]
    if not said and len(ids) != 1:
        return stored
    id_ = (said or ids)[0]
    return _filled(messages(language)[id_], _in_words(facts, language)) or stored


def remedy_text(code: str, facts: Mapping[str, Any], language: Language) -> str:
    """Return what would make a no a yes. Raises KeyError for an unknown code or a missing fact."""
    shown = {
        name: ", ".join(_role(each, language) for each in value) if name == "roles" else value
        for name, value in facts.items()
    }
    return text(f"remedy.{code}", language, **shown)


def _role(name: str, language: Language) -> str:
    return messages(language).get(f"role.{name}", name)


def _filled(message: str, facts: Mapping[str, Any]) -> str | None:
    return message.format_map(facts) if placeholders(message) <= facts.keys() else None


def _in_words(facts: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    """Return the facts with permissions and roles as people call them."""
    known = messages(language)
    return {
        name: known.get(f"{name}.{value}", value) if name in {"permission", "role"} else value
        for name, value in facts.items()
    }


@cache
def placeholders(message: str) -> frozenset[str]:
    """Return the names of the placeholders of a message."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)
