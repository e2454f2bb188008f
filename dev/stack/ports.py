"""Ports of 127.0.0.1: which are free."""

import random
import socket
from contextlib import ExitStack, suppress

_OURS = range(10_240, 32_768)
"""Below those that the kernel gives to connections going out: one may take a port that a server
has yet to listen on, or that of one that was killed."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different; whoever asks should use them soon."""
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
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
