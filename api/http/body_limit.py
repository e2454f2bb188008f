"""Limit on the size of request bodies."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Pure ASGI middleware: 413 for a larger body, before it is read where its length is given.

    Starlette's own middleware answers in plain text. ``refusal`` makes the answer to a request.
    """

    def __init__(self, app: ASGIApp, most: int, refusal: Callable[[Scope], ASGIApp]) -> None:
        self._app = app
        self._most = most
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = next((v for n, v in scope.get("headers", ()) if n == b"content-length"), None)
        if length is None:
            await self._app(scope, self._counting(receive), send)
        elif length.isdigit() and int(length) <= self._most:
            await self._app(scope, receive, send)
        else:
            await self._refusal(scope)(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise HTTPException(413)
            return message

        return counted
