import socket
import threading
import time

import pytest

from dev.stack.ports import free_ports, is_free, is_free_by
from tests.fixtures.patience import PATIENCE


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(5)

    assert len(set(ports)) == 5
    assert all(is_free(port) for port in ports)


@pytest.mark.usefixtures("http_servers")
def test_a_port_that_something_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not is_free(server.getsockname()[1])


@pytest.mark.usefixtures("http_servers")
def test_a_port_that_is_let_go_in_time_becomes_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free_by(time.monotonic(), port)
        threading.Timer(0.1, server.close).start()

        assert is_free_by(time.monotonic() + PATIENCE, port)
