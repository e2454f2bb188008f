"""Products of a catalogue as they are written: one that is valid, and changes of it."""

from typing import Any

from domain.catalogue.documents import parse
from domain.catalogue.products import Product

LIMIT: dict[str, Any] = {
    "id": "limit",
    "version": "1",
    "name": {"et": "Limiit", "ru": "Лимит", "en": "Limit"},
    "specCharacteristic": [
        {
            "name": "spendingLimit",
            "valueType": "integer",
            "minCardinality": 1,
            "characteristicValueSpecification": [{"valueFrom": 0, "valueTo": 50000}],
        },
        {
            "name": "spendingLimitAction",
            "valueType": "string",
            "characteristicValueSpecification": [
                {"value": "bar", "isDefault": True},
                {"value": "warn"},
            ],
        },
    ],
    "orderable": {
        "actions": ["modify", "delete"],
        "kinds": ["mobile"],
        "states": ["active"],
        "permission": "credit_limit:set",
        "confirm": "own",
    },
    "steps": [
        {"id": "read", "target": "network", "do": "read"},
        {"id": "set", "target": "network", "do": "set", "undo": "restore", "after": ["read"]},
        {"id": "bill", "target": "billing", "do": "set_limit", "pivot": True, "after": ["set"]},
    ],
}
"""A spending limit, with a parameter that is required and one with a default."""

BOOST: dict[str, Any] = {
    **LIMIT,
    "id": "boost",
    "specCharacteristic": [
        {
            "name": "dataBoost",
            "valueType": "boolean",
            "configurable": False,
            "minCardinality": 1,
            "characteristicValueSpecification": [{"value": True, "isDefault": True}],
        }
    ],
    "orderable": {**LIMIT["orderable"], "actions": ["add", "delete"]},
    "steps": [{"id": "set", "target": "network", "do": "set", "pivot": True}],
}
"""An additional service: the product fixes what the service gets."""


def document(base: dict[str, Any] = LIMIT, **changes: Any) -> dict[str, Any]:
    """The base with other values; None takes a key away."""
    return {key: value for key, value in {**base, **changes}.items() if value is not None}


def product(base: dict[str, Any] = LIMIT, **changes: Any) -> Product:
    """The product of this document."""
    return parse(document(base, **changes)).product()


def with_parameters(*specs: dict[str, Any]) -> Product:
    """A product with these characteristics. Their type is string where they do not say one."""
    return product(specCharacteristic=[{"valueType": "string"} | each for each in specs])
