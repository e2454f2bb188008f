"""Lists by TMF630: equality filters, ``fields``, ``offset``, ``limit``, counts in headers."""

import json
import re
from collections.abc import Collection
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from simulators.network.refusals import Refused

_PAGING = {"fields", "offset", "limit"}
_ALWAYS = {"id", "href"}


def selected(request: Request, view: dict[str, Any]) -> dict[str, Any]:
    """Return the first-level members that ``fields`` names, and always id and href; all without."""
    asked = request.query_params.get("fields")
    if asked is None:
        return view
    wanted = {each.strip() for each in asked.split(",")} | _ALWAYS
    return {name: value for name, value in view.items() if name in wanted}


def page(
    request: Request,
    found: list[dict[str, Any]],
    members: Collection[str],
    *,
    ignoring: bool,
    besides: Collection[str] = (),
) -> Response:
    """Return the part of ``found`` that the query asks for. Raises Refused for a wrong query.

    A filter on what is none of ``members`` is refused, or ignored. ``besides``: parameters that
    were heeded before.
    """
    filters = _filters(request, {*_PAGING, *besides}, members, ignoring=ignoring)
    fitting = [each for each in found if all(_text(each.get(n)) == v for n, v in filters)]
    offset, limit = _count(request, "offset", 0), _count(request, "limit", len(fitting))
    rows = [selected(request, each) for each in fitting[offset : offset + limit]]
    counts = {"x-total-count": str(len(fitting)), "x-result-count": str(len(rows))}
    return JSONResponse(rows, headers=counts)


def _filters(
    request: Request, heeded: set[str], members: Collection[str], *, ignoring: bool
) -> list[tuple[str, str]]:
    asked = [each for each in request.query_params.multi_items() if each[0] not in heeded]
    unknown = [name for name, _ in asked if name not in members]
    if unknown and not ignoring:
        raise Refused(400, "invalidQuery", "There is a filter on an unknown attribute.")
    return [each for each in asked if each[0] in members]


def _count(request: Request, name: str, otherwise: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", given):
        raise Refused(400, "invalidQuery", f"{name}: no number of 0 or more")
    return int(given)


def _text(value: Any) -> str | None:
    """Return a scalar as a query writes it."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None
