import os
import socket
import sys
from pathlib import Path

from dev.stack.ports import free_ports, holder, is_free


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(5)

    assert len(set(ports)) == 5
    assert all(is_free(port) for port in ports)


def test_a_taken_port_names_who_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert not is_free(port)
        if sys.platform == "linux":
            assert holder(port).endswith(f"(process {os.getpid()})")
            assert Path(sys.executable).name in holder(port) or "py" in holder(port)


def test_who_has_a_port_that_nobody_has_is_not_known() -> None:
    assert holder(free_ports(1)[0]) == "another program"
