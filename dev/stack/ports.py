"""Finds and checks free ports of 127.0.0.1."""

import random
import socket
import time
from contextlib import ExitStack, suppress

_OURS = range(10_240, 32_768)
"""Ports below the kernel's range for outgoing connections: those could take a port on which a
server has yet to listen, or that of a killed one."""


def free_ports(count: int) -> list[int]:
    """Return different ports on which nothing listens; use them soon."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            probe = held.enter_context(socket.socket())
            port = random.choice(_OURS)  # noqa: S311 # so that two who ask at once differ
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                found.append(port)
    return found


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_free_by(deadline: float, port: int) -> bool:
    """Return whether the port is free now, or becomes so by this ``time.monotonic()``."""
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
