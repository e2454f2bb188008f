"""Counts queries and downloads, so that a test can prove how the register was used."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Stats(BaseModel):
    """Counts since the start or the last reset."""

    queries: dict[str, int]
    """Queries by operation; downloads by HTTP status: ``open_data_200``, ``_206``, ``_304``."""
    bytes_sent: int
    """Bytes of the open-data file: shows whether a download was resumed or began again."""
    at_once: int
    """The most SOAP queries that were ever being answered at the same time."""
    refused: int
    """SOAP queries refused because another one was being answered."""


class Traffic:
    """Counters of one simulator."""

    def __init__(self) -> None:
        self._open = 0
        self.reset()

    def reset(self) -> None:
        self._queries: Counter[str] = Counter()
        self._at_once = self._open
        self._refused = 0
        self._bytes_sent = 0

    def count(self, kind: str) -> None:
        self._queries[kind] += 1

    @contextmanager
    def asking(self, operation: str) -> Iterator[int]:
        """Count a SOAP query as being answered while the block runs; yields how many others are."""
        self.count(operation)
        others = self._open
        self._open += 1
        self._at_once = max(self._at_once, self._open)
        try:
            yield others
        finally:
            self._open -= 1

    def refuse(self) -> None:
        self._refused += 1

    def sent(self, size: int) -> None:
        self._bytes_sent += size

    def stats(self) -> Stats:
        queries = dict(sorted(self._queries.items()))
        return Stats(
            queries=queries,
            bytes_sent=self._bytes_sent,
            at_once=self._at_once,
            refused=self._refused,
        )


class CountedAnswers:
    """Middleware that counts the answers under one path by status, and the bytes of bodies."""

    def __init__(self, app: ASGIApp, path: str, name: str, traffic: Traffic) -> None:
        self._app = app
        self._path = path
        self._name = name
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._traffic.count(f"{self._name}_{message['status']}")
            await send(message)
            self._traffic.sent(len(message.get("body", b"")))

        await self._app(scope, receive, counted)
