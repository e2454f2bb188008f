"""Serves a simulator: as a program, or inside a process on a port of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve real HTTP on 127.0.0.1 while the block runs; yields the URL without a final slash.

    ``port``: 0 takes one that is free.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        # Listening already, so that an early client waits until the server accepts.
        listener.listen(128)
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Logs no request: addresses may hold codes and numbers."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        # Enough to finish current answers; requests held by a time-out fault are not waited for.
        timeout_graceful_shutdown=1,
    )
