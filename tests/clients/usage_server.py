"""Billing's usage records for tests: a small HTTP server of one list, which can go wrong."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

TOKEN = SecretStr("usage-token")
AS_OF = "2026-12-01T10:00:00+00:00"
Query = dict[str, list[str]]


@dataclass
class Reply:
    """An answer of the server."""

    status: int = 200
    body: bytes = b"[]"
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    """Bytes after which the connection breaks."""


class UsageServer:
    """Shows records page by page; ``change`` may make another answer of any."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.received: dict[str, str] = {}
        """When a record came, by id; others were there from the beginning."""
        self.as_of = AS_OF
        self.asked: list[Query] = []
        self.change: Callable[[int, Reply], Reply] = lambda _, reply: reply
        """Given the number of the request, from 1, and the answer."""
        self.url = ""

    def reply(self, query: Query) -> Reply:
        self.asked.append(query)
        return self.change(len(self.asked), self._page(query))

    def _page(self, query: Query) -> Reply:
        as_of = query.get("asOf", [self.as_of])[0]
        start, end = (_moment(query[f"usageDate.{each}"][0]) for each in ("gte", "lt"))
        shown = [
            each
            for each in sorted(self.records, key=_place)
            if start <= _moment(each["usageDate"]) < end
            and _moment(self.received.get(each["id"], as_of)) <= _moment(as_of)
        ]
        if "after" in query:
            after = json.loads(base64.urlsafe_b64decode(query["after"][0]))
            shown = [each for each in shown if _place(each) > after]
        limit = int(query["limit"][0])
        headers = {"X-As-Of": as_of}
        if len(shown) > limit:
            place = json.dumps(_place(shown[limit - 1])).encode()
            headers["X-Next-Cursor"] = base64.urlsafe_b64encode(place).decode()
        return Reply(200, json.dumps(shown[:limit]).encode(), headers)


@contextmanager
def running() -> Iterator[UsageServer]:
    """Run a server, which starts with no records."""
    usage = UsageServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # http.server's name
            assert self.headers["Authorization"] == f"Bearer {TOKEN.get_secret_value()}"
            reply = usage.reply(parse_qs(urlsplit(self.path).query))
            self.send_response(reply.status)
            for name, value in (reply.headers | {"Content-Length": len(reply.body)}).items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut_at])
            if reply.cut_at is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        usage.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield usage
        finally:
            server.shutdown()
            thread.join()


def _place(record: dict[str, Any]) -> list[Any]:
    return [_moment(record["usageDate"]).timestamp(), record["id"]]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
