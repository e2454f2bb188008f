"""Holds requests and answers against an official description of TM Forum, where there is one.

These descriptions are TM Forum's own and no part of this project. An environment variable names
the file; tests that need it are skipped without it, and say so.
"""

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft4Validator


def needs(variable: str) -> pytest.MarkDecorator:
    """Mark a test that needs the description in the file that this variable names."""
    missing = f"{variable} names no file: nothing was held against the official description"
    return pytest.mark.skipif(not Path(os.environ.get(variable, "")).is_file(), reason=missing)


class Contract:
    """The official description: what it says against a request or an answer, in one line each.

    It leaves all objects open. Here they are closed, so that a misspelled member is a fault.
    """

    def __init__(self, swagger: dict[str, Any]) -> None:
        self.swagger = swagger
        self._path = swagger["basePath"].rstrip("/")
        self._definitions = {
            name: shape | {"additionalProperties": False} if "properties" in shape else shape
            for name, shape in swagger["definitions"].items()
        }

    def request_faults(
        self, method: str, url: str, *, body: Any = None, query: Mapping[str, str] | None = None
    ) -> list[str]:
        """Return the faults of a request. ``url``: a path or an address, below or with ``/v4``."""
        operation = self._operation(method, url)
        if operation is None:
            return [f"{method} {url}: not described"]
        parameters = {each["name"]: each for each in operation.get("parameters", [])}
        # Filters by attributes belong to TMF630, which every list obeys.
        attributes = self._attributes(operation)
        faults = [
            f"query {name}: not described"
            for name in query or {}
            if name not in parameters and name not in attributes
        ]
        wanted = next((each for each in parameters.values() if each["in"] == "body"), None)
        if wanted is None:
            return faults + ([] if body is None else ["body: none is described"])
        return faults + self._faults(wanted["schema"], body)

    def answer_faults(self, method: str, url: str, status: int, body: Any) -> list[str]:
        """Return the faults of an answer; ``body`` is None where it is empty.

        A status of 4xx or 5xx that the operation does not list must have the body of one that it
        lists. 202 has a Monitor: the description says so in words only.
        """
        operation = self._operation(method, url)
        if operation is None and status in {404, 405}:
            return self.faults("Error", body)
        if operation is None:
            return [f"{method} {url}: not described, and not 404 or 405"]
        described = operation["responses"].get(str(status))
        if status == 202:
            described = {"schema": {"$ref": "#/definitions/Monitor"}}
        if described is None and status >= 400:
            described = operation["responses"]["400"]
        if described is None:
            return [f"{method} {url}: {status} is not described"]
        if "schema" not in described:
            return [] if body is None else [f"{status}: no body is described"]
        return self._faults(described["schema"], body)

    def unlisted(self, method: str, url: str, status: int) -> bool:
        """Return whether this is a status that the operation, which is described, does not list."""
        operation = self._operation(method, url)
        return operation is not None and str(status) not in operation["responses"]

    def faults(self, definition: str, value: Any) -> list[str]:
        """Return the faults of a value of a definition, for example ``Service_Create``."""
        return self._faults({"$ref": f"#/definitions/{definition}"}, value)

    def _operation(self, method: str, url: str) -> dict[str, Any] | None:
        path = url.partition("?")[0].rpartition(self._path)[2] or "/"
        for template, operations in self.swagger["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                found: dict[str, Any] | None = operations.get(method.lower())
                return found
        return None

    def _attributes(self, operation: Mapping[str, Any]) -> set[str]:
        schema = operation["responses"].get("200", {}).get("schema", {})
        name = schema.get("items", {}).get("$ref", "").rpartition("/")[2]
        return set(self.swagger["definitions"].get(name, {}).get("properties", {}))

    def _faults(self, schema: Mapping[str, Any], value: Any) -> list[str]:
        closed = {**schema, "definitions": self._definitions}
        if "$ref" in closed:  # beside a $ref nothing counts
            closed = {"allOf": [{"$ref": closed.pop("$ref")}], **closed}
        found = Draft4Validator(closed, validate_formats=True).iter_errors(value)
        return [
            f"{'.'.join(map(str, each.instance_path)) or 'body'}: {each.message}" for each in found
        ]


@cache
def official(variable: str) -> Contract:
    """Return the description in the file that this variable names: of a test that ``needs`` it."""
    return Contract(json.loads(Path(os.environ[variable]).read_text("utf-8")))
