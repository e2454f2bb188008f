"""Limit on the size of request bodies, and how a body that never ends is answered."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.connection_limits import refusal_of

CLIENT_GONE = 499
"""The status recorded for a client that disconnected; nginx made it common."""


class ClientGone(HTTPException):
    """The client closed the connection before its request was complete. No error of ours.

    An HTTPException because FastAPI lets no other pass that is raised while it reads a body.
    """

    def __init__(self) -> None:
        super().__init__(CLIENT_GONE)


class BodyLimit:
    """Pure ASGI middleware: 413 for a larger body, before it is read where its length is given.

    Also answers what the server refuses (see ``Refusal``), at once or when its body stays away.
    ``most``: bytes at a path. ``refusal`` makes the answer with a status; Starlette's own
    middleware answers in plain text.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: Callable[[str], int],
        refusal: Callable[[Scope, HTTPStatus], ASGIApp],
    ) -> None:
        self._app = app
        self._most = most
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif refused := self._refused(scope):
            await self._refusal(scope, refused)(scope, receive, send)
        else:
            await self._app(scope, self._counting(scope, receive), send)

    def _refused(self, scope: Scope) -> HTTPStatus | None:
        if refusal := refusal_of(scope):
            return refusal.status
        length = next((v for n, v in scope["headers"] if n == b"content-length"), b"0")
        fits = length.isdigit() and int(length) <= self._most(scope["path"])
        return None if fits else HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def _counting(self, scope: Scope, receive: Receive) -> Receive:
        size, complete, most = 0, False, self._most(scope["path"])

        async def counted() -> Message:
            nonlocal size, complete
            message = await receive()
            if complete:
                return message
            if refusal := refusal_of(scope):
                raise HTTPException(refusal.status)
            if message["type"] == "http.disconnect":
                raise ClientGone
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            complete = not message.get("more_body", False)
            return message

        return counted
