"""Has banks' statements read in a campaign, where no scheduler runs."""

import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID, uuid4

from sqlalchemy.exc import SQLAlchemyError

from dev.chaos.environment import SYSTEMS, Stage
from storage.payments import readings

_EVERY = 4.0
_DAYS_LATER = 3
_DAY = 86_400


class Statements:
    """Asks for readings: by its own clock during the load, and to the end of what banks have."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._asked_at = 0.0

    def go_on(self) -> None:
        """Ask for a reading where it is time. Call it often."""
        if time.monotonic() - self._asked_at >= _EVERY:
            self._asked_at = time.monotonic()
            with suppress(SQLAlchemyError):  # PostgreSQL is away
                self._ask()

    def read_to_end(self, seconds: float, poll: Callable[[], None]) -> bool:
        """Let days pass at the banks, and read all that they have; return whether that was done."""
        self._stage.control("bank", "PUT", "clock", {"ahead": _DAYS_LATER * _DAY})
        deadline, wanted = time.monotonic() + seconds, 2
        # One that was under way when the days passed may have read too early.
        while wanted and time.monotonic() < deadline:
            wanted -= self._is_read_by(self._ask(), deadline, poll)
        return not wanted

    def _is_read_by(self, reading: UUID, deadline: float, poll: Callable[[], None]) -> bool:
        while time.monotonic() < deadline:
            poll()
            found = self._stage.rows(
                _state,
                f"SELECT state FROM operation WHERE id = '{reading}'",  # noqa: S608 # an id
            )
            if found and found[0] not in {"pending", "running"}:
                return found[0] == "succeeded"
            time.sleep(0.2)
        return False

    def _ask(self) -> UUID:
        with self._stage.database.transaction() as session:
            return readings.request(session, uuid4(), SYSTEMS)


def _state(state: str) -> str:
    return state
