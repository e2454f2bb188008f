"""Load on one address of this machine: keep-alive connections, one request after another on each.

Written by hand because a client library takes several times as long as the answers that it times.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Self

import uvloop

_END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """Result of a load: answers a second, and the time of one answer in milliseconds."""

    rate: float
    p50: float
    p99: float


class Connection:
    """One HTTP/1.1 connection, kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> bytes:
        """Send a request; return the body. Raises RuntimeError unless the status is 200."""
        self._writer.write(request)
        head = (await self._reader.readuntil(_END_OF_HEAD)).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"http/1.1 200 "):
            raise RuntimeError(f"{head!r} {body!r}")
        return body

    def close(self) -> None:
        self._writer.close()


def get(path: str) -> bytes:
    """Return a GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def bearing(path: str, token: str) -> bytes:
    """Return a GET request with a bearer token."""
    head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
    return head.encode()


def post(path: str, body: str, token: str) -> bytes:
    """Return a POST request with JSON and a bearer token."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@dataclass(frozen=True)
class Target:
    """Requests to a port, and the text that every answer must contain."""

    port: int
    requests: Sequence[bytes]
    expected: bytes


def in_turns(
    targets: Sequence[Target], connections: int, seconds: float, rounds: int
) -> list[list[Load]]:
    """Load each target for ``seconds`` in turn, for ``rounds`` rounds; returns loads by target."""
    loads = [[load(each, connections, seconds) for each in targets] for _ in range(rounds)]
    return [list(of_target) for of_target in zip(*loads, strict=True)]


def load(target: Target, connections: int, seconds: float) -> Load:
    """Load one target for ``seconds``. Raises RuntimeError for an unexpected answer."""
    times = sorted(uvloop.run(_load(target, connections, seconds)))
    p50, p99 = (1000 * times[len(times) * part // 100] for part in (50, 99))
    return Load(len(times) / seconds, p50, p99)


async def _load(target: Target, connections: int, seconds: float) -> list[float]:
    requests = cycle(target.requests)
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def ask_on() -> None:
        connection = await Connection.open(target.port)
        while (begun := time.perf_counter()) < end:
            body = await connection.ask(next(requests))
            times.append(time.perf_counter() - begun)
            if target.expected not in body:
                raise RuntimeError(f"not the answer that was expected: {body!r}")
        connection.close()

    await asyncio.gather(*(ask_on() for _ in range(connections)))
    return times


def evenly(loads: Iterable[Load]) -> dict[str, list[float]]:
    """Return the figures of several loads, by name."""
    together = list(loads)
    return {name: [getattr(each, name) for each in together] for name in ("rate", "p50", "p99")}
