"""HTTP/1.1 connections that count what they are sent, and refuse heads that are too large.

httptools keeps a header or a request target until it is whole, and copies it for every piece that
arrives: 80 MB of one kept the event loop from everyone else for seconds. uvicorn has no limit for
it (``h11_max_incomplete_event_size`` is for h11).
"""

import asyncio
from abc import abstractmethod
from enum import Enum, auto
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from runtime.connection_limits import Refusal

MOST_HEAD = 32 * 1024
"""Bytes of a request line with its headers. A token has at most 8 KiB."""
_PIECE = 16 * 1024
"""Bytes given to the parser at a time. Its buffers hold at most so much beyond ``MOST_HEAD``."""
_PER_HEADER = len(": \r\n")
_MOST_PIPELINED = 16
"""Requests that one connection may send before the first is answered. Common clients send none."""


class Part(Enum):
    """What the next byte belongs to."""

    NONE = auto()  # between two requests
    HEAD = auto()
    BODY = auto()


class _TooLarge(Exception):
    pass


class CountedProtocol(HttpToolsProtocol):
    """One connection, by bytes. What becomes of a refused request is its subclass's to say."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._part = Part.NONE
        self._is_new = False
        """The part has begun since ``_set_deadline`` was last called."""
        self._head_size = 0
        self._incomplete = 0
        """Bytes since the parser last handed over the end of a head, or some of a body."""
        self._has_request = False
        """The headers of a request were complete, so there is a cycle."""
        self._deaf = False
        """Ignore whatever else is received: it is not a request."""

    @abstractmethod
    def _refuse(self, refusal: Refusal) -> None:
        """Answer the request that is being read with this, and close the connection."""

    @abstractmethod
    def _hang_up(self) -> None:
        """Answer what has been read, then close the connection."""

    @abstractmethod
    def _set_deadline(self) -> None:
        """Set the deadline of the part that has begun, unless all of it is there already."""

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            if self._deaf:
                return
            self._parse(data[start : start + _PIECE])
        if self._is_new and not self._deaf:
            self._is_new = False
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
        self._begin(Part.HEAD)
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
        super().on_headers_complete()  # raises where the target is no URL: it is still a head then
        self._begin(Part.BODY)
        self._has_request = True

    def on_body(self, body: bytes) -> None:
        self._incomplete = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._begin(Part.NONE)
        super().on_message_complete()

    def _begin(self, part: Part) -> None:
        self._part, self._is_new, self._incomplete = part, True, 0

    def _measure(self, size: int) -> None:
        self._head_size += size
        if self._head_size > MOST_HEAD:
            raise _TooLarge
