"""The HTTP server of every process, for its public and its internal port."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from functools import partial
from math import ceil
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from runtime.connection_limits import ConnectionLimits, plain_refusal
from runtime.http_protocol import LimitedProtocol

_BACKLOG = 2048
_GRACEFUL_SECONDS = 10
INTERNAL_LIMITS = ConnectionLimits(connections=100, head=5, body=10, keep_alive=65)
"""Limits of an internal port: of a few scrapers, probes and operators."""


class _Server(uvicorn.Server):
    """A server that leaves signals to its process."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def] # uvicorn's own has no types
        yield


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Listens at once: connections made from now on wait in the backlog.
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python adds in brackets what it was doing; that is in the line already.
        reason = (error.strerror or str(error)).partition(" (while ")[0]
        sys.exit(f"volitus: cannot listen on {host} port {port}: {reason}")


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp,
    host: str,
    port: int,
    limits: ConnectionLimits = INTERNAL_LIMITS,
    refused: ASGIApp = plain_refusal,
) -> AsyncIterator[None]:
    """Serve ``app`` while the block runs; requests in progress then get 10 s.

    What ``limits`` refuses is answered by ``refused``. A port that cannot be bound ends the process
    with one line that names it.
    """
    protocol: Any = partial(LimitedProtocol, limits=limits, refused=refused)
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=ceil(limits.keep_alive),
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )
    server = _Server(config)
    listener = _listener(host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        listener.close()
