"""Turns of threads at something that few may use at once."""

import threading
from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class TurnMissed(Exception):
    """The turn did not come in time."""


class Turns(Generic[K]):
    """Admits ``at_once`` threads; the others wait and hold no connection.

    Within a kind the order is that of arrival, and kinds that wait alternate: a crowd of one kind
    delays another by one turn, not by the whole crowd.
    """

    def __init__(self, kinds: Sequence[K], at_once: int) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting = {kind: deque[threading.Event]() for kind in kinds}
        """In the order in which the kinds are next."""

    @contextmanager
    def turn(self, kind: K, patience: timedelta) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs. Raises TurnMissed."""
        mine = threading.Event()
        try:
            self._arrive(kind, mine)
            if not mine.wait(patience.total_seconds()):
                raise TurnMissed
            yield
        finally:
            self._leave(kind, mine)

    def waiting(self) -> int:
        """Threads that wait for a turn now."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def _arrive(self, kind: K, mine: threading.Event) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                mine.set()
            else:
                self._waiting[kind].append(mine)

    def _leave(self, kind: K, mine: threading.Event) -> None:
        """Pass the turn to the next waiter, or remove a waiter that never got one."""
        with self._lock:
            if mine.is_set():
                self._hand_on()
            elif mine in self._waiting[kind]:
                self._waiting[kind].remove(mine)

    def _hand_on(self) -> None:
        for kind, waiting in self._waiting.items():
            if waiting:
                waiting.popleft().set()
                self._waiting[kind] = self._waiting.pop(kind)  # comes last the next time
                return
        self._free += 1
