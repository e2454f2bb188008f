"""Translate the texts of an answer's JSON: titles of problems, and the texts of reasons."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from domain.numbers.sms_texts import Language
from runtime.texts import messages, reason_text


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
    if errors := stated.get("errors"):
        said["errors"] = [_issue(each, language) for each in errors]
    return _reasons(stated | said, language)


def _issue(stated: dict[str, Any], language: Language) -> dict[str, Any]:
    """Word what is wrong with a field, where it is why something is refused."""
    id_ = _refusals().get(stated["message"])
    return stated if id_ is None else stated | {"message": messages(language)[id_]}


@cache
def _refusals() -> Mapping[str, str]:
    """The ids of refusals, by their English texts."""
    english = messages(Language.ENGLISH)
    return {said: id_ for id_, said in english.items() if id_.startswith("refusal.")}


def _reasons(value: Any, language: Language) -> Any:
    if isinstance(value, list):
        return [_reasons(each, language) for each in value]
    if not isinstance(value, dict):
        return value
    said = {name: _reasons(each, language) for name, each in value.items()}
    match value:
        case {"code": str(code), "text": str(text)}:
            facts = value.get("facts") or {}
            said["text"] = _refusal(code, text, language) or reason_text(
                code, text, facts, language
            )
    return said


def _refusal(code: str, text: str, language: Language) -> str | None:
    id_ = f"refusal.{code}"
    refused = messages(Language.ENGLISH).get(id_) == text
    return messages(language)[id_] if refused else None
