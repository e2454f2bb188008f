"""Serves a simulator: as a program, or inside a process on a port of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Real HTTP on 127.0.0.1 while the block runs; gives the base URL, without a last slash."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # Listening already, so that whoever asks before the server accepts just waits for it.
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
        # Enough to finish what is being answered; who hangs in a time-out fault is not waited for.
        timeout_graceful_shutdown=1,
    )
