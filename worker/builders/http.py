"""HTTP clients: one per system that is called, so that none waits for another's connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx

from runtime import tracing

_CONNECT_SECONDS = 5.0


@contextmanager
def http_client(timeout: timedelta, at_once: int) -> Iterator[httpx.Client]:
    """A client for ``at_once`` simultaneous requests, kept alive; closed afterwards.

    Twice as many are possible: a pool that is never the limit needs no error of its own.
    """
    seconds = timeout.total_seconds()
    limits = httpx.Limits(max_connections=2 * at_once, max_keepalive_connections=at_once)
    patience = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    hooks = {"request": [_traced]} if tracing.is_on() else {}
    with httpx.Client(timeout=patience, limits=limits, event_hooks=hooks) as client:
        yield client


def _traced(request: httpx.Request) -> None:
    request.headers.update(tracing.headers())
