"""step.13: what one command does with the sign-in while another one refreshes it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from cli.console import Failure
from cli.session.current import current
from cli.session.session_file import Session
from simulators.identity import client
from tests.clients.sign_in_desk import SignInDesk
from tests.fixtures.patience import patience_ends

LOCKS = Path("/proc/locks")

T = TypeVar("T")


@contextmanager
def refreshing(desk: SignInDesk, meanwhile: Callable[[], T]) -> Iterator[Future[T]]:
    """Hold the lock as a command that refreshes does; ``meanwhile`` waits for it in the block."""
    with ThreadPoolExecutor(1) as thread, desk.file.locked():
        lock = desk.file.path.with_name(f"{desk.file.path.name}.lock")
        waiting = thread.submit(meanwhile)
        ends = patience_ends()
        while not is_waited_for(lock):
            assert not waiting.done(), "it did not wait for the refresh"
            assert time.monotonic() < ends
        yield waiting


def is_waited_for(lock: Path) -> bool:
    number = f":{lock.stat().st_ino} "
    return any("->" in line and number in line for line in LOCKS.read_text().splitlines())


def refreshed(desk: SignInDesk) -> Session:
    tokens = desk.sign_in()
    session = desk.file.read()
    assert session is not None
    assert session.refresh_token == tokens.refresh
    return session


def test_step_13_whoever_signs_in_stays_signed_in(desk: SignInDesk) -> None:
    """A colleague's refresh, under way at the same file, does not bring the colleague back."""
    desk.sign_in("staff-kati", about_to_expire=True)
    token = client.staff_token(desk.address, "ops", name="Olev Oja").encode()

    with refreshing(desk, lambda: desk.volitus("login", "--token-file", "-", stdin=token)) as login:
        refreshed(desk)

    assert login.result().code == 0
    assert desk.volitus("whoami", "--json").json["name"] == "Olev Oja"


def test_step_13_whoever_signs_out_stays_signed_out(desk: SignInDesk) -> None:
    desk.sign_in(about_to_expire=True)

    with refreshing(desk, lambda: desk.volitus("logout")) as logout:
        new = refreshed(desk)

    assert logout.result().code == 0
    assert desk.file.read() is None
    assert desk.refresh(new.refresh_token or "").json() == {"error": "invalid_grant"}


def test_step_13_a_command_that_waited_does_not_bring_back_what_was_ended(
    desk: SignInDesk,
) -> None:
    desk.sign_in(about_to_expire=True)
    settings = desk.settings

    with refreshing(desk, lambda: current(settings)) as command:
        desk.file.remove()

    with pytest.raises(Failure, match="Nobody is signed in"):
        command.result()
    assert desk.file.read() is None
