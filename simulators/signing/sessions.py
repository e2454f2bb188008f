"""What phones are asked, and what becomes of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, NamedTuple
from uuid import uuid4

import anyio
from pydantic import BaseModel, ConfigDict, Field

from simulators.faults import Fault
from simulators.signing.clock import Clock

PATIENCE = 120.0
"""Seconds for which a phone waits: Mobile-ID's, "around two minutes"."""
LIFE = 300.0
"""Seconds after which a session is forgotten."""
REFUSED_CHOICE = "USER_REFUSED_CERT_CHOICE"
"""Smart-ID's word for a person who does not choose an account."""
_KEPT = 10_000


class Kind(StrEnum):
    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    CERTIFICATE_CHOICE = "certificate_choice"


class Words(NamedTuple):
    """A service's own words for what a person can do with a phone."""

    refused: str
    timed_out: str
    wrong_code: str
    ok: str = "OK"


Answers = Literal["automatic", "manual"]


class Habits(BaseModel):
    """What people do whom SK lets sign; the others end as SK says, always by themselves."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers = Field(
        "automatic", description="manual: a session waits for its phone, on the page"
    )
    delay: float = Field(0, ge=0, le=600, description="Seconds before an automatic answer")


@dataclass(slots=True, kw_only=True)
class Session:
    """One question to a phone."""

    kind: Kind
    person: str
    phone: str | None = None
    relying_party: str
    text: str = ""
    language: str | None = None
    code: str = ""
    """Verification code."""
    codes: tuple[str, ...] = ()
    """Those of which the person must choose the right one; empty: they only compare."""
    interaction: str | None = None
    hash_type: str = ""
    digest: bytes = field(default=b"", repr=False)
    fault: Fault | None = None
    """What is wrong with its answer."""
    word: str = "OK"
    """The result, once somebody answers."""
    result: str | None = None
    """The result; None: it runs."""
    id: str = field(default_factory=lambda: str(uuid4()))
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = 0.0
    due: float = math.inf
    polls: int = 0


class Sessions:
    """The questions of one service, in their order. The oldest of very many are forgotten."""

    def __init__(self, clock: Clock, words: Words) -> None:
        self.words = words
        self.habits = Habits()
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._changed = anyio.Event()

    def start(self, session: Session, *, asks: bool = True) -> None:
        """Begin a session: its answer comes by itself, or from the phone's page.

        ``asks``: otherwise the phone has nothing to ask, and the result is there at once.
        """
        session.started = self._clock.now()
        if not asks:
            session.due = session.started
        elif session.word != self.words.ok or self.habits.answers == "automatic":
            session.due = session.started + self.habits.delay
        self._sessions[session.id] = session
        if len(self._sessions) > _KEPT:
            del self._sessions[next(iter(self._sessions))]
        self.change()

    def find(self, session_id: str) -> Session | None:
        """Return a session that is not forgotten yet."""
        session = self._sessions.get(session_id)
        if session is None or self._clock.now() >= session.started + LIFE:
            return None
        self._settle(session)
        return session

    async def completed(self, session: Session, seconds: float) -> bool:
        """Wait for the result; False where there is none in time, or somebody else asks, too."""
        session.polls += 1
        mine, until = session.polls, self._clock.now() + seconds
        self.change()
        while session.result is None and session.polls == mine and self._clock.now() < until:
            next_at = min(until, session.due, session.started + PATIENCE)
            with anyio.move_on_after(max(next_at - self._clock.now(), 0)):
                await self._changed.wait()
            self._settle(session)
        return session.result is not None

    def answer(self, session_id: str, *, confirmed: bool, code: str | None = None) -> bool:
        """Answer on the phone; False where it does not ask any more."""
        session = self.find(session_id)
        if session is None or session.result is not None:
            return False
        if not confirmed:
            choosing = session.kind is Kind.CERTIFICATE_CHOICE
            session.result = REFUSED_CHOICE if choosing else self.words.refused
        elif session.codes and code != session.code:
            session.result = self.words.wrong_code
        else:
            session.result = session.word
        self.change()
        return True

    def newest(self) -> Iterator[Session]:
        """Yield all, forgotten ones too, newest first."""
        for session in reversed(self._sessions.values()):
            self._settle(session)
            yield session

    def clear(self) -> None:
        self._sessions.clear()
        self.change()

    def change(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = anyio.Event()

    def _settle(self, session: Session) -> None:
        if session.result is not None:
            return
        now = self._clock.now()
        if now >= session.due:
            session.result = session.word
        elif now >= session.started + PATIENCE:
            session.result = self.words.timed_out
