"""Descriptions of properties that their models leave to the vocabulary."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.document.things import thing_of
from api.document.vocabulary import WORDS
from api.document.vocabulary.word import Word

Schemas = Mapping[str, Any]


def describe(schemas: Schemas, words: Mapping[str, Word] = WORDS) -> None:
    """Add to each property without a description that of its name, where there is one."""
    for model, name, schema in undescribed(schemas):
        if word := words.get(name):
            is_sent = schemas[model].get("additionalProperties") is False
            null = "" if is_sent or not _may_be_null(schema) else word.null
            text = word.text.format(thing=thing_of(model))
            schema["description"] = f"{text} {null}".strip()


def undescribed(schemas: Schemas) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each property without a description: its model, its name, its schema."""
    for model, schema in schemas.items():
        for name, described in schema.get("properties", {}).items():
            if not described.get("description"):
                yield model, name, described


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("anyOf", ())
    return {"type": "null"} in kinds or "null" in schema.get("type", ())
