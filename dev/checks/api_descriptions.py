"""``python -m dev.checks.api_descriptions FILE…``: OpenAPI documents say what integrators need.

Every operation has a summary and a description, every property a description, and no property that
may be left out has ``default: null``, which generators of clients take for a value.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]


def gaps(document: Document) -> Iterator[str]:
    """Yield what is missing, each with its place."""
    for name, operation in operations(document):
        for field in ("summary", "description"):
            if not operation.get(field):
                yield f"{name}: no {field}"
    for model, schema in document["components"]["schemas"].items():
        for name, described in schema.get("properties", {}).items():
            if not described.get("description"):
                yield f"{model}.{name}: no description"
    yield from _null_defaults(document, "#")


def operations(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every operation with its method and path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _null_defaults(node: Any, place: str) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("default", ...) is None:
            yield f"{place}: default: null"
        for name, each in node.items():
            yield from _null_defaults(each, f"{place}/{name}")
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _null_defaults(each, f"{place}/{number}")


def main() -> int:
    """Print what is missing in these files; exit code 1 if anything is."""
    found = False
    for file in map(Path, sys.argv[1:]):
        for gap in gaps(json.loads(file.read_text(encoding="utf-8"))):
            found = True
            sys.stdout.write(f"{file}: {gap}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
