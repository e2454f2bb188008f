"""The column ``characteristics`` of a service: a JSON object, by name."""

import json
from collections.abc import Mapping
from typing import Any

from cli.imports.record_reader import BadLine
from domain.accounts import ServiceKind
from domain.inventory import told


def told_characteristics(column: str | None, kind: ServiceKind) -> Mapping[str, Any]:
    """Parse the column; empty: none are told. Raises BadLine, never with a value."""
    if column is None:
        return {}
    try:
        values = json.loads(column)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise BadLine("invalid_value", "characteristics: must be a JSON object")
    for defect in told.defects(kind, values):
        about = f"{defect.name}: " if defect.name else ""
        raise BadLine("invalid_value", f"characteristics: {about}{defect}")
    return values
