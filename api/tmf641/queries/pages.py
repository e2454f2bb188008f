"""A page of a list: its counts, and the links to the others (RFC 8288)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote_from_bytes

from starlette.requests import Request
from starlette.responses import Response

from api.tmf641.answers import answer_json

_PAGING = re.compile(rb"(?:^|(?<=[&;]))(?:offset|limit)=[^&;]*(?:[&]|(?=;)|$)")


def page(
    request: Request, resources: Sequence[Mapping[str, Any]], total: int, offset: int, limit: int
) -> Response:
    """Answer 200 with a page, also where it is a part of the list or past its end.

    ``total``: how many match the filter, of those that the caller may see.
    """
    links = ", ".join(
        f'<{_address(request, place, limit)}>; rel="{rel}"'
        for rel, place in _places(total, offset, limit)
    )
    headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(resources))}
    if links:
        headers["Link"] = links
    return answer_json(resources, headers=headers)


def _places(total: int, offset: int, limit: int) -> Iterator[tuple[str, int]]:
    if limit == 0:
        return  # only the counts are asked for
    last = max(total - 1, 0) // limit * limit
    yield "first", 0
    if offset > 0:
        yield "prev", max(min(offset, last + limit) - limit, 0)
    if offset + limit < total:
        yield "next", offset + limit
    yield "last", last


def _address(request: Request, offset: int, limit: int) -> str:
    """Return the address of a page, relative: a proxy in front may be known by another name.

    The rest of the query stays as it was written.
    """
    query = _PAGING.sub(b"", request.scope["query_string"]).strip(b"&")
    rest = quote_from_bytes(query, safe="%&;=,+-._~:@/$!*'()?")
    path = request.scope["path"]
    return f"{path}?{rest}{'&' if rest else ''}offset={offset}&limit={limit}"
