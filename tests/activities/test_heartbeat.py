"""An activity that waits long still shows that it lives; one that has ended shows nothing more."""

import threading

import pytest
from temporalio.testing import ActivityEnvironment

from activities import heartbeat
from activities.heartbeat import heartbeating
from tests.fixtures.patience import PATIENCE


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> ActivityEnvironment:
    """An activity environment that sends heartbeats without delay."""
    monkeypatch.setattr(heartbeat, "_EVERY", 0.001)
    return ActivityEnvironment()


def test_heartbeats_with_progress_are_sent_during_any_wait(beats: ActivityEnvironment) -> None:
    received, beaten = list[object](), threading.Event()

    def heard(*details: object) -> None:
        received.append(details)
        if details == (7, 10):
            beaten.set()

    def wait_for_it() -> bool:
        with heartbeating() as tell:
            tell(7, 10)
            return beaten.wait(PATIENCE)

    beats.on_heartbeat = heard

    assert beats.run(wait_for_it)
    assert set(received) <= {(), (7, 10)}


def test_the_heartbeat_is_silent_once_the_activity_is_done(beats: ActivityEnvironment) -> None:
    def work() -> None:
        with heartbeating():
            pass

    before = threading.active_count()
    beats.run(work)

    assert threading.active_count() == before
