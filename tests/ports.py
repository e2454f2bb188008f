"""Ports of 127.0.0.1 that are free now."""

from dev.ports import free_ports


def free_port() -> int:
    """A port that nobody listens on; whoever asks should bind it soon."""
    return free_ports(1)[0]
