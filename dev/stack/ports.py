"""Ports of 127.0.0.1: which are free, and who has those that are not."""

import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from dev.stack.os_processes import command_of

_LISTENING = "0A"
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


def holder(port: int) -> str:
    """The program that listens there and its process, as far as this user may know (Linux)."""
    inodes = _listening_inodes(port)
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) in inodes:
                pid = int(link.parts[2])
                return f"{Path((command_of(pid) or '?').split()[0]).name} (process {pid})"
    return "another program"


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                found.add(f"socket:[{rest[5]}]")
    return found
