"""Parameters of queries as the description has them. Routes read them by themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.tmf641.queries.lists import DEFAULT_LIMIT, MOST_LIMIT
from domain.orders.list_attributes import OrderAttribute, TaskAttribute, ValueKind, kind_of

_TEXTS = {
    ValueKind.ID: "An id.",
    ValueKind.WORD: "A word.",
    ValueKind.TEXT: "A text. Also with `.gt`, `.gte`, `.lt`, `.lte` and `.regex` after the name.",
    ValueKind.MOMENT: (
        "A moment (RFC 3339), or a day. Also with `.gt`, `.gte`, `.lt` and `.lte` after the name."
    ),
}
FIELDS = {
    "name": "fields",
    "in": "query",
    "required": False,
    "description": (
        "Attributes to send, separated by commas, also below the first level:"
        " `state,serviceOrderItem.state`. `id` and `href` always come along; `none`: only these."
    ),
    "schema": {"type": "string"},
}
_SORT = {
    "name": "sort",
    "in": "query",
    "required": False,
    "description": "Attributes to sort by, at most 5; `-` before one: downwards.",
    "schema": {"type": "string"},
}


def _number(name: str, text: str, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0, "default": default}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


_PAGING = [
    _number("offset", "How many to skip.", 0),
    _number("limit", f"Most on the page; more than {MOST_LIMIT} is that many.", DEFAULT_LIMIT),
]


def of_list(
    attributes: Iterable[OrderAttribute | TaskAttribute], words: Mapping[Any, frozenset[str]]
) -> list[dict[str, Any]]:
    """Return the parameters of a list with these attributes."""
    filters = [_filter(each, words.get(each)) for each in attributes]
    return [FIELDS, _SORT, *_PAGING, *filters]


def _filter(
    attribute: OrderAttribute | TaskAttribute, words: frozenset[str] | None
) -> dict[str, Any]:
    item: dict[str, Any] = {"type": "string"} | ({"enum": sorted(words)} if words else {})
    return {
        "name": attribute.value,
        "in": "query",
        "required": False,
        "description": f"{_TEXTS[kind_of(attribute)]} Several, separated by commas: any of them.",
        "schema": {"type": "array", "items": item},
        "style": "form",
        "explode": False,
    }


COUNTED = {
    "X-Total-Count": {
        "description": "How many match the filter, of those that the caller sees.",
        "schema": {"type": "integer"},
    },
    "X-Result-Count": {
        "description": "How many are on the page.",
        "schema": {"type": "integer"},
    },
    "Link": {
        "description": "`first`, `prev`, `next` and `last` page (RFC 8288).",
        "schema": {"type": "string"},
    },
}
"""Headers of a list."""
LOCATED = {"Location": {"description": "Its address.", "schema": {"type": "string"}}}
"""Headers of an answer to a POST."""
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and order again are answered with the same order.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
