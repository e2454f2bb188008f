"""HTTP/1.1 connections with limits: on the size of heads, on time, on how many there are.

uvicorn has nothing but a keep-alive timeout: a request that was never finished, or an answer that
was never read, kept its connection for ever.

What is refused here is answered by an application, so that it is observed and has the form of every
other error: ``scope["state"]["refusal"]`` says why.
"""

import asyncio
import urllib.parse
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from runtime.connection_limits import ConnectionLimits, Refusal
from runtime.counted_protocol import CountedProtocol, Part
from runtime.lingering import Lingering

_REFUSED_WITH_503 = 10
"""Connections above the limit (and a tenth of it) that are answered with 503; more are closed."""
_GRACE = 1.0
"""Seconds for the application to answer once it knows that the rest of the body will not come."""


class LimitedProtocol(CountedProtocol):
    """One connection. This class enforces deadlines; its superclasses count bytes."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        limits: ConnectionLimits,
        refused: ASGIApp,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._refused = refused
        self._deadline: asyncio.TimerHandle | None = None
        self._abortion: asyncio.TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None
        """The cycle that is being answered; ``cycle`` is that of the last request in line."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections * 1.1 + _REFUSED_WITH_503:
            transport.abort()
            return
        self._deadline = self.loop.call_later(self._limits.head, self._overdue)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._abortion, self.timeout_keep_alive_task):
            if timer:
                timer.cancel()
        super().connection_lost(exc)
        if self._answering and not self._answering.response_complete:
            self._answering.disconnected = True  # uvicorn says so to the last in line alone
            self._answering.message_event.set()

    def on_headers_complete(self) -> None:
        if len(self.connections) <= self._limits.connections:
            super().on_headers_complete()
            return
        self.scope["state"]["refusal"] = Refusal.BUSY
        self.app = cast("Any", self._refused)
        super().on_headers_complete()
        self._hang_up()

    def _set_deadline(self) -> None:
        self._clear_deadline()
        if self._part is not Part.NONE:
            seconds = self._limits.head if self._part is Part.HEAD else self._limits.body
            self._deadline = self.loop.call_later(seconds, self._overdue)

    def _clear_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        if self.flow.read_paused:  # an earlier request is being answered: the client may not send
            self._deadline = self.loop.call_later(_GRACE, self._overdue)
        elif self._part is Part.BODY:
            self._refuse(Refusal.BODY_LATE)
        elif self._part is Part.HEAD:
            self._refuse(Refusal.HEAD_LATE)
        else:
            self.transport.close()  # a connection without any request: there is nothing to answer

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._abort_later()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._abortion and not self.transport.is_closing():
            self._abortion.cancel()
            self._abortion = None

    def _abort_later(self) -> None:
        """End the connection, if the client does not read what it was sent."""
        if self._abortion is None:
            self._abortion = self.loop.call_later(self._limits.body, self.transport.abort)

    def _refuse(self, refusal: Refusal) -> None:
        answering = self._has_request and not self.cycle.response_complete
        if not answering and self._part is not Part.BODY:
            self._answer(refusal)
            return
        self._hang_up()
        if answering and self._part is Part.BODY:  # tell the application, which waits for more
            self.scope["state"]["refusal"] = refusal
            self.cycle.message_event.set()
            self._deadline = self.loop.call_later(_GRACE, self._give_up)

    def _hang_up(self) -> None:
        self._stop_listening()
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self.transport.close()
            self._abort_later()

    def _stop_listening(self) -> None:
        self._deaf = True
        self._clear_deadline()

    def _give_up(self) -> None:
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self.transport.close()
        self._abort_later()

    def _answer(self, refusal: Refusal) -> None:
        self._stop_listening()
        if self._part is Part.NONE:
            super().on_message_begin()
        self._complete_scope()
        self.scope["state"]["refusal"] = refusal
        transport = Lingering(self.transport, self.loop)
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=cast("asyncio.Transport", transport),
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        self._start_asgi_task(self.cycle, self._refused)

    def _complete_scope(self) -> None:
        """Give the scope of a head that was not read to its end what every scope has."""
        target, _, query = self.url.partition(b"?")
        self.scope["method"] = self.parser.get_method().decode("ascii") if target else "UNKNOWN"
        self.scope["path"] = urllib.parse.unquote(target.decode("latin-1"))
        self.scope["raw_path"] = target
        self.scope["query_string"] = query
