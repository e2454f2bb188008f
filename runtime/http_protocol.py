"""HTTP/1.1 connections with limits: on the size of heads, on time, on how many there are.

uvicorn has none of these over httptools (``h11_max_incomplete_event_size`` is for h11), and nothing
but a keep-alive timeout for either. httptools keeps a header or a request target until it is whole
and copies it for every piece that arrives: 80 MB of one kept the event loop from everyone else for
seconds. A request that was never finished kept its connection for ever.

What is refused here is answered by an application, so that it is observed and has the form of every
other error: ``scope["state"]["refusal"]`` says why.
"""

import asyncio
import urllib.parse
from enum import Enum, auto
from typing import Any, cast

import httptools
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from runtime.connection_limits import ConnectionLimits, Refusal
from runtime.lingering import Lingering

MOST_HEAD = 32 * 1024
"""Bytes of a request line with its headers. A token has at most 8 KiB."""
_PIECE = 16 * 1024
"""Bytes given to the parser at a time. Its buffers hold at most so much beyond ``MOST_HEAD``."""
_PER_HEADER = len(": \r\n")
_MOST_PIPELINED = 16
"""Requests that one connection may send before the first is answered. Common clients send none."""
_TOLD = 10
"""Connections above the limit that are told so, and a tenth of the limit. More are just closed."""
_GRACE = 1.0
"""Seconds that an application gets to answer after it was told that the rest will not come."""


class _Part(Enum):
    """What the next byte belongs to."""

    NONE = auto()  # between two requests
    HEAD = auto()
    BODY = auto()


class _TooLarge(Exception):
    pass


class LimitedProtocol(HttpToolsProtocol):
    """One connection. Bytes and time are counted here; uvicorn's class does the rest."""

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
        self._part = _Part.NONE
        self._is_new = False
        """The part has begun since the deadline was last set."""
        self._deadline: asyncio.TimerHandle | None = None
        self._abortion: asyncio.TimerHandle | None = None
        self._head_size = 0
        self._incomplete = 0
        """Bytes since the parser last handed over the end of a head, or some of a body."""
        self._has_request = False
        """The headers of a request were complete, so there is a cycle."""
        self._deaf = False
        """Nothing that comes from now on is a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections * 1.1 + _TOLD:
            transport.abort()
            return
        self._deadline = self.loop.call_later(self._limits.head, self._overdue)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._abortion, self.timeout_keep_alive_task):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            if self._deaf:
                return
            self._parse(data[start : start + _PIECE])
        if self._is_new and not self._deaf:
            self._set_deadline()

    def _parse(self, data: bytes) -> None:
        self._incomplete += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # No other protocol is spoken here: this request is answered as what it is, the last.
            self._hang_up()
        except httptools.HttpParserError as error:
            too_large = isinstance(error.__context__, _TooLarge)
            self._refuse(Refusal.HEAD_TOO_LARGE if too_large else Refusal.MALFORMED)
        else:
            if self._incomplete > MOST_HEAD:
                self._refuse(Refusal.HEAD_TOO_LARGE)

    # Callbacks of the parser. An exception in one ends feed_data with HttpParserError.

    def on_message_begin(self) -> None:
        self._unset_keepalive_if_required()
        if len(self.pipeline) >= _MOST_PIPELINED:
            raise _TooLarge
        self._begin(_Part.HEAD)
        self._head_size = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._measure(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._measure(len(name) + len(value) + _PER_HEADER)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._unset_keepalive_if_required()  # a response to an earlier request may have set it
        self._begin(_Part.BODY)
        self._has_request = True
        if len(self.connections) > self._limits.connections:
            self.scope["state"]["refusal"] = Refusal.BUSY
            self.app = cast("Any", self._refused)
        super().on_headers_complete()
        if self.app is self._refused:
            self._hang_up()

    def on_body(self, body: bytes) -> None:
        self._incomplete = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._begin(_Part.NONE)
        super().on_message_complete()

    def _begin(self, part: _Part) -> None:
        self._part, self._is_new, self._incomplete = part, True, 0

    def _measure(self, size: int) -> None:
        self._head_size += size
        if self._head_size > MOST_HEAD:
            raise _TooLarge

    # Time.

    def _set_deadline(self) -> None:
        """Set the deadline of the part that has begun, unless all of it is there already."""
        self._is_new = False
        self._clear_deadline()
        if self._part is not _Part.NONE:
            seconds = self._limits.head if self._part is _Part.HEAD else self._limits.body
            self._deadline = self.loop.call_later(seconds, self._overdue)

    def _clear_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        if self.flow.read_paused:  # an earlier request is being answered: the client may not send
            self._deadline = self.loop.call_later(_GRACE, self._overdue)
        elif self._part is _Part.BODY:
            self._refuse(Refusal.BODY_LATE)
        elif self._part is _Part.HEAD:
            self._refuse(Refusal.HEAD_LATE)
        else:
            self.transport.close()  # a connection without any request: there is nothing to answer

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

    # The end of a connection.

    def _refuse(self, refusal: Refusal) -> None:
        """Answer the request that is being read with this, and close the connection."""
        answering = self._has_request and not self.cycle.response_complete
        if not answering and self._part is not _Part.BODY:
            self._answer(refusal)
            return
        self._hang_up()
        if answering and self._part is _Part.BODY:  # tell the application, which waits for more
            self.scope["state"]["refusal"] = refusal
            self.cycle.message_event.set()
            self._deadline = self.loop.call_later(_GRACE, self._give_up)

    def _hang_up(self) -> None:
        """Answer what has been read, then close the connection."""
        self._stop_listening()
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self.transport.close()

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
        if self._part is _Part.NONE:
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
        self._start_asgi_task(self.cycle, cast("Any", self._refused))

    def _complete_scope(self) -> None:
        """Give the scope of a head that was not read to its end what every scope has."""
        target, _, query = self.url.partition(b"?")
        self.scope["method"] = self.parser.get_method().decode("ascii") if target else "UNKNOWN"
        self.scope["path"] = urllib.parse.unquote(target.decode("latin-1"))
        self.scope["raw_path"] = target
        self.scope["query_string"] = query
