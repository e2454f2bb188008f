"""Heartbeats of an activity, every few seconds, with its progress."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from temporalio import activity

_EVERY = 4.0  # seconds


@contextmanager
def heartbeating() -> Iterator[Callable[..., None]]:
    """Send heartbeats while the block runs, whatever it waits for; call the value to set progress.

    So a dead worker is noticed within seconds although one statement or query may take longer.
    Work that hangs is ended by the activity's time-outs.
    """
    details: list[Any] = []
    done = threading.Event()
    context = contextvars.copy_context()

    def beat() -> None:
        while not done.wait(_EVERY):
            context.run(activity.heartbeat, *details)

    def set_details(*progress: Any) -> None:
        details[:] = progress

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield set_details
    finally:
        done.set()
        thread.join()
