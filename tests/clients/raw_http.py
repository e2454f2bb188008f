"""An HTTP client that sends bytes as it is told: halves of requests, and what no client would."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.fixtures.patience import PATIENCE


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it was received. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RawConnection:
    """One connection to a port of this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, first: bytes = b"") -> Self:
        """Connect, and send ``first``."""
        connection = cls(*await asyncio.open_connection("127.0.0.1", port))
        await connection.send(first)
        return connection

    async def send(self, data: bytes) -> None:
        """Send; raises ConnectionError where the server no longer reads."""
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> RawAnswer:
        """Return the next answer, which must have a Content-Length."""
        async with asyncio.timeout(PATIENCE):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value for name, value in (x.split(": ", 1) for x in lines)}
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return RawAnswer(int(first.split(" ")[1]), headers, body)

    async def rest(self) -> bytes:
        """Return everything until the server closes, which it must do by itself."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self._reader.read()
            except ConnectionResetError:
                return b""

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


def get(path: str, **headers: str) -> bytes:
    """Return a GET request; ``x_correlator`` is the header x-correlator."""
    return request("GET", path, **headers) + b"\r\n"


def request(method: str, path: str, **headers: str) -> bytes:
    """Return a request line and headers, without the empty line that ends them."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    return f"{method} {path} HTTP/1.1\r\nHost: here\r\n{''.join(lines)}".encode()
