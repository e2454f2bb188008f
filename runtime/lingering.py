"""The end of a connection whose client is still sending."""

import asyncio

_SECONDS = 2.0


class Lingering:
    """A transport that, once closed, lets the client read before the connection goes.

    A socket that is closed with unread data resets the connection, and the client may never see
    the answer (RFC 9112, section 9.6). So only the sending half is closed here; the rest follows
    when the client closes its own, at the latest after two seconds. What it sends meanwhile must
    be discarded by the protocol.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._is_closed = False

    def write(self, data: bytes) -> None:
        """Send ``data``."""
        self._transport.write(data)

    def is_closing(self) -> bool:
        """Nothing can be sent any more."""
        return self._is_closed or self._transport.is_closing()

    def close(self) -> None:
        """Send what was written, and nothing more; then wait for the client to close."""
        if not self.is_closing():
            self._is_closed = True
            self._transport.write_eof()
            self._loop.call_later(_SECONDS, self._transport.abort)
