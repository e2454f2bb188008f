"""Showing that an activity lives: a beat every few seconds, with how far it is."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from temporalio import activity

_EVERY = 4.0


@contextmanager
def heartbeating() -> Iterator[Callable[..., None]]:
    """Beat for as long as the block runs, whatever it waits for; the value tells how far it is.

    So a dead worker is noticed within seconds although one statement or question may take longer.
    Work that hangs is ended by the activity's own time-outs.
    """
    details: list[Any] = []
    done = threading.Event()
    context = contextvars.copy_context()

    def beat() -> None:
        while not done.wait(_EVERY):
            context.run(activity.heartbeat, *details)

    def tell(*progress: Any) -> None:
        details[:] = progress

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        done.set()
        thread.join()
