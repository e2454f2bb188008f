"""Schemas of the document, as generators of clients take them best."""

from typing import Any


def without_null_defaults(node: Any) -> None:
    """Remove ``default: null`` everywhere: a property that is left out is optional, no more."""
    if isinstance(node, dict):
        if node.get("default", ...) is None:
            del node["default"]
        for each in node.values():
            without_null_defaults(each)
    elif isinstance(node, list):
        for each in node:
            without_null_defaults(each)
