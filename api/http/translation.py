"""Translate the texts of an answer's JSON: titles of problems, and the texts of reasons."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from domain.numbers.sms_texts import Language
from runtime.texts import all_refusals, messages, reason_text, remedy_text


def translated(body: bytes, language: Language, *, problem: bool) -> bytes | None:
    """Return the JSON with its texts in this language; None where nothing changes.

    ``problem``: it is problem details. Every other object with ``code`` and ``text`` is a reason,
    or why something is refused.
    """
    stated = msgspec.json.decode(body)
    said = _problem(stated, language) if problem else _reasons(stated, language)
    return msgspec.json.encode(said) if said != stated else None


def _problem(stated: dict[str, Any], language: Language) -> Any:
    prefix, english = f"problem.{stated['code']}.", messages(Language.ENGLISH)
    said: dict[str, Any] = {}
    for field in ("title", "detail"):
        id_ = f"{prefix}{field}"
        # A detail that is not fixed, or no longer worded so, stays as it is.
        if id_ in english and stated.get(field) == english[id_]:
            said[field] = messages(language)[id_]
    if detail := _detail(stated, language):
        said["detail"] = detail
    if errors := stated.get("errors"):
        said["errors"] = [_issue(each, language) for each in errors]
    return _reasons(stated | said, language)


def _detail(stated: dict[str, Any], language: Language) -> str | None:
    """Word a detail that is made of what is refused; None: it is made of something else."""
    detail, refused = stated.get("detail"), stated.get("refusals", ())
    ids = [f"refusal.{code}" for code in refused]
    known = bool(ids) and set(ids) <= messages(language).keys()
    if known and detail == all_refusals(refused, Language.ENGLISH):
        return all_refusals(refused, language)
    id_ = _fixed().get(detail) if detail else None
    return None if id_ is None else messages(language)[id_]


def _issue(stated: dict[str, Any], language: Language) -> dict[str, Any]:
    """Word what is wrong with a field, where that has a text."""
    id_ = _fixed().get(stated["message"])
    return stated if id_ is None else stated | {"message": messages(language)[id_]}


@cache
def _fixed() -> Mapping[str, str]:
    """The ids of refusals and of issues with fields, by their English texts."""
    english, kinds = messages(Language.ENGLISH), ("refusal.", "issue.")
    return {said: id_ for id_, said in english.items() if id_.startswith(kinds)}


def _reasons(value: Any, language: Language) -> Any:
    if isinstance(value, list):
        return [_reasons(each, language) for each in value]
    if not isinstance(value, dict):
        return value
    said = {name: _reasons(each, language) for name, each in value.items()}
    match value:
        case {"code": str(code), "text": str(text)}:
            facts = value.get("facts") or {}
            said["text"] = (
                _fixed_text(code, text, language)
                or _remedy(code, text, facts, language)
                or reason_text(code, text, facts, language)
            )
    return said


def _fixed_text(code: str, text: str, language: Language) -> str | None:
    for id_ in (f"refusal.{code}", f"refusal.order.{code}", f"warning.{code}"):
        if messages(Language.ENGLISH).get(id_) == text:
            return messages(language)[id_]
    return None


def _remedy(code: str, text: str, facts: dict[str, Any], language: Language) -> str | None:
    # A reason may have the same code: the text tells them apart.
    if f"remedy.{code}" not in messages(Language.ENGLISH):
        return None
    meant = remedy_text(code, facts, Language.ENGLISH) == text
    return remedy_text(code, facts, language) if meant else None
