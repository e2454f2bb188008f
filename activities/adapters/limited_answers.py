"""Answers read with a limit, of their size and of the time until the last byte.

A timeout of httpx is that of each piece: an answer that comes byte by byte would hold its thread
for ever, and one without an end would take all the memory.
"""

import time
from collections.abc import Iterator
from typing import Any

import httpx

MOST_BYTES = 64 * 2**20
"""Of an answer: a page of 5,000 usage records is about 5 MB, a month of 20,000 services 40 MB."""
_TIMEOUTS = 10
"""Timeouts of one piece that the whole answer may take."""
_DECODED = ("content-encoding", "content-length", "transfer-encoding")


class TooLarge(Exception):
    """An answer is larger than any good one."""


def answer_of(
    http: httpx.Client, method: str, url: str, *, timeout: httpx.Timeout, **request: Any
) -> httpx.Response:
    """Send a request, and read its whole answer. Redirects are not followed.

    Raises httpx.HTTPError, also where the answer takes longer than ten timeouts; TooLarge.
    """
    until = time.monotonic() + _TIMEOUTS * (timeout.read or 0)
    with http.stream(method, url, timeout=timeout, follow_redirects=False, **request) as answer:
        content = b"".join(_pieces(answer, until))
        headers = [each for each in answer.headers.multi_items() if each[0] not in _DECODED]
        return httpx.Response(answer.status_code, headers=headers, content=content)


def _pieces(answer: httpx.Response, until: float) -> Iterator[bytes]:
    size = 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > MOST_BYTES:
            raise TooLarge
        if time.monotonic() > until:
            raise httpx.ReadTimeout("the whole answer takes too long")
        yield piece
