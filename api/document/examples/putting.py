"""Putting examples where readers of the document look for them: at each request and answer."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from api.document.examples.composing import example, id_of
from api.http.problem_kinds import KINDS, type_of
from api.http.problems import MEDIA_TYPE

_JSON = ("application/json", "application/merge-patch+json")
_CODE = re.compile(r"(?:^|; )`(\w+)`: ")
_REFERENCE = "#/components/examples/"


def put(document: dict[str, Any]) -> None:
    """Add an example to each body in JSON; those of problems stand in the document once."""
    schemas = document["components"]["schemas"]
    used: set[str] = set()
    for operation in _operations(document):
        for body in _bodies(operation):
            for media_type, content in body.get("content", {}).items():
                if media_type in _JSON and not _has_one(content):
                    content["example"] = example(schemas, content["schema"])
        for answer in operation["responses"].values():
            if problem := answer.get("content", {}).get(MEDIA_TYPE):
                codes = [code for code in _CODE.findall(answer["description"]) if code in KINDS]
                problem["examples"] = {code: {"$ref": _REFERENCE + code} for code in codes}
                used.update(codes)
    if used:
        document["components"]["examples"] = {code: _problem(code) for code in sorted(used)}


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _bodies(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if body := operation.get("requestBody"):
        yield body
    yield from operation["responses"].values()


def _has_one(content: Mapping[str, Any]) -> bool:
    return "example" in content or "examples" in content


def _problem(code: str) -> dict[str, Any]:
    status, title = KINDS[code]
    value = {
        "type": type_of(code),
        "title": title,
        "status": status,
        "code": code,
        "instance": f"urn:uuid:{id_of('request')}",
    }
    return {"summary": title, "value": value}
