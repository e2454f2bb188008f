"""``python -m dev.checks.api_descriptions FILE…``: OpenAPI documents say what integrators need.

Every operation has a summary and a description, every answer says what it is, every request and
answer in JSON has an example, every property and parameter a description, and no property that may
be left out has ``default: null``, which generators of clients take for a value.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Document = Mapping[str, Any]

_OF_FRAMEWORK = "Successful Response"


def gaps(document: Document) -> Iterator[str]:
    """Yield what is missing, each with its place."""
    for name, operation in operations(document):
        for field in ("summary", "description"):
            if not operation.get(field):
                yield f"{name}: no {field}"
        for parameter in operation.get("parameters", ()):
            if not parameter.get("description"):
                yield f"{name}: no description of {parameter['name']}"
        yield from _gaps_of_bodies(name, operation)
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


def _gaps_of_bodies(name: str, operation: Mapping[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        if answer["description"] in ("", _OF_FRAMEWORK):
            yield f"{name}: {status} does not say what it is"
    bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
    for which, body in bodies.items():
        for media_type, content in body.get("content", {}).items():
            in_json = media_type.endswith("json")
            if in_json and not content.keys() & {"example", "examples"}:
                yield f"{name}: no example of {which} in {media_type}"


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
