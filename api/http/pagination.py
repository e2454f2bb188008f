"""Keyset pagination: a cursor names the row after which the next page begins."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Query, Request, Response

from api.http import problems
from api.http.problems import Problem, Responses

Row = TypeVar("Row")

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A position in a list, from a PostgreSQL bigint."""

RESPONSES: Responses = {
    200: {
        "headers": {
            "Link": {
                "description": '`<…>; rel="next"`: the next page, if there is one (RFC 8288).',
                "schema": {"type": "string"},
            }
        }
    },
    **problems.documented("cursor_invalid"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """The requested page."""

    request: Request
    response: Response
    limit: int
    after: str | None

    def place(self, of: str, kind: Any) -> Any:
        """Decode the cursor of list ``of``, a value of type ``kind``; None for the first page.

        Raises Problem for a cursor that this list did not give.
        """
        if self.after is None:
            return None
        try:
            name, place = msgspec.json.decode(_opened(self.after), type=tuple[str, kind])
        except (ValueError, msgspec.MsgspecError):
            raise Problem("cursor_invalid") from None
        if name != of:
            raise Problem("cursor_invalid")
        return place

    def cut(
        self, of: str, rows: Sequence[Row], place: Callable[[Row], Any]
    ) -> tuple[Sequence[Row], str | None]:
        """Return the rows of the page and the next cursor. ``rows``: up to ``limit`` + 1."""
        if len(rows) <= self.limit:
            return rows, None
        shown = rows[: self.limit]
        return shown, self.lead_on(of, place(shown[-1]))

    def lead_on(self, of: str, place: Any) -> str:
        """Return the cursor of the page after ``place``, and add it as a ``Link`` header.

        Cursors end up in URLs and logs, so a place is made of internal ids and times only.
        """
        content = msgspec.json.encode((of, place))
        cursor = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
        url = self.request.url.include_query_params(after=cursor)
        # Relative: a proxy in front of us may be known by another name.
        self.response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return cursor


def _opened(cursor: str) -> bytes:
    padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)


async def _page(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=500, description="Most items on the page.")] = 100,
    after: Annotated[
        str | None, Query(description="`next` of the page before. Opaque.", max_length=300)
    ] = None,
) -> Page:
    return Page(request, response, limit, after)


Asked = Annotated[Page, Depends(_page)]
