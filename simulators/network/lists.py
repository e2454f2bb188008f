"""Lists by TMF630: equality filters, ``fields``, ``offset``, ``limit``, counts in headers."""

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from simulators.network.profiles import Profile
from simulators.network.refusals import Refused

T = TypeVar("T")
_PAGING = {"fields", "offset", "limit"}
_ALWAYS = {"id", "href"}


def selected(request: Request, view: dict[str, Any]) -> dict[str, Any]:
    """Return the first-level members that ``fields`` names, and always id and href; all without."""
    asked = request.query_params.get("fields")
    if asked is None:
        return view
    wanted = {each.strip() for each in asked.split(",")} | _ALWAYS
    return {name: value for name, value in view.items() if name in wanted}


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """What is listed, how each is shown, and the members that filters may name."""

    found: Sequence[T]
    view: Callable[[T], dict[str, Any]]
    members: Collection[str]


def page(
    request: Request, listed: Listed[T], profile: Profile, *, besides: Collection[str] = ()
) -> Response:
    """Return the part of a list that the query asks for. Raises Refused for a wrong query.

    A filter on what is no member is refused, or ignored. ``besides``: parameters that were heeded
    before. Only what is returned or filtered is made into its view: there may be very many.
    """
    filters = _filters(request, {*_PAGING, *besides}, listed.members, profile)
    offset = _count(request, "offset", 0)
    limit = _count(request, "limit", len(listed.found))
    if profile.largest_page is not None:
        limit = min(limit, profile.largest_page)
    if filters:
        views = [listed.view(each) for each in listed.found]
        fitting = [each for each in views if all(_text(each.get(n)) == v for n, v in filters)]
        total, shown = len(fitting), fitting[offset : offset + limit]
    else:
        total = len(listed.found)
        shown = [listed.view(each) for each in listed.found[offset : offset + limit]]
    rows = [selected(request, each) for each in shown]
    counts = {"x-total-count": str(total), "x-result-count": str(len(rows))}
    return JSONResponse(rows, headers=counts)


def _filters(
    request: Request, heeded: set[str], members: Collection[str], profile: Profile
) -> list[tuple[str, str]]:
    asked = [each for each in request.query_params.multi_items() if each[0] not in heeded]
    unknown = [name for name, _ in asked if name not in members]
    if unknown and profile.unknown_filters == "refused":
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
