"""What views are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.tmf641.moments import shown


def present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not there: neither nulls nor empty texts and lists are ever sent."""
    return {name: value for name, value in attributes.items() if value not in (None, "", [])}


def moment(value: datetime | None) -> str | None:
    """Return a moment as it is sent; None: there is none."""
    return None if value is None else shown(value)
