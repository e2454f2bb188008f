"""Sessions of the pages in PostgreSQL: the one module with SQL outside of storage.

Its role sees the schema ``web`` alone; storage defines the tables (``storage/schema/web.py``).
Times are the database's. What is secret or personal comes here encrypted or as a digest already
(``web/login/vault.py``). Why: docs/decisions/0061-web-sessions.md.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Row, TextClause, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from settings.web import Audience, WebSettings

_LEASE = timedelta(seconds=20)
"""Time that one request has to refresh tokens: longer than the provider may take."""
_LINGER = timedelta(hours=1)
"""Time that an expired session is known, to keep an interrupted form for its person."""
SessionsUnavailable = SQLAlchemyError
"""Raised by every function where the database does not answer."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Somebody who is logged in."""

    id: bytes
    audience: Audience
    issuer: str
    person: str
    """Keyed digest of issuer and subject."""
    sid: str | None
    acr: str | None
    amr: tuple[str, ...]
    auth_time: datetime
    sealed: bytes
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One line of a person's own sessions."""

    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


_COLUMNS = "id, audience, issuer, person, sid, acr, amr, auth_time, sealed, expires_at"
_ALIVE = "expires_at > now() AND last_seen_at > now() - CAST(:idle AS interval)"
_CREATE = text("""
INSERT INTO web.session
    (id, audience, issuer, person, sid, acr, amr, auth_time, sealed, user_agent, expires_at)
VALUES (:id, :audience, :issuer, :person, :sid, :acr, :amr, :auth_time, :sealed, :user_agent,
        now() + CAST(:absolute AS interval))
""")
# A crash of PostgreSQL may lose uses of its last second, so that no page waits for its disk.
_TOUCH = text(f"""
UPDATE web.session SET last_seen_at = CASE WHEN :is_use THEN now() ELSE last_seen_at END
WHERE id = :id AND audience = :audience AND {_ALIVE}
  AND set_config('synchronous_commit', 'off', true) = 'off' RETURNING {_COLUMNS}
""")
_PERSON = text("SELECT person FROM web.session WHERE id = :id AND audience = :audience")
_LEND = text(f"""
UPDATE web.session SET refreshing_until = now() + CAST(:lease AS interval)
WHERE id = :id AND {_ALIVE} AND sealed = :seen
  AND (refreshing_until IS NULL OR refreshing_until < now())
""")
_SEALED = text(f"SELECT sealed FROM web.session WHERE id = :id AND {_ALIVE}")
_RESEAL = text("""
UPDATE web.session SET sealed = :sealed, refreshing_until = NULL WHERE id = :id
""")
_GIVE_BACK = text("UPDATE web.session SET refreshing_until = NULL WHERE id = :id")
_END = text("DELETE FROM web.session WHERE id = :id")
_OPEN = text(f"""
SELECT user_agent, created_at, last_seen_at, id = :id AS is_this FROM web.session
WHERE person = ANY(:persons) AND audience = :audience AND {_ALIVE}
ORDER BY last_seen_at DESC, id
""")
_END_OTHERS = text("""
DELETE FROM web.session WHERE person = ANY(:persons) AND audience = :audience AND id <> :id
""")
_END_BY_SID = text("""
DELETE FROM web.session WHERE audience = :audience AND issuer = :issuer AND sid = :sid
""")
_END_BY_PERSON = text("""
DELETE FROM web.session WHERE audience = :audience AND person = ANY(:persons)
""")
_BEGIN_LOGIN = text("""
INSERT INTO web.login_attempt (id, browser, audience, sealed, expires_at)
VALUES (:id, :browser, :audience, :sealed, now() + CAST(:life AS interval))
""")
_TAKE_LOGIN = text("""
DELETE FROM web.login_attempt
WHERE id = :id AND browser = :browser AND audience = :audience
RETURNING sealed, expires_at > now() AS lasts
""")
_KEEP_FORM = text("""
INSERT INTO web.kept_form (audience, person, path, sealed, expires_at)
VALUES (:audience, :person, :path, :sealed, now() + CAST(:life AS interval))
ON CONFLICT (audience, person, path)
DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at
""")
_TAKE_FORM = text("""
DELETE FROM web.kept_form
WHERE audience = :audience AND person = ANY(:persons) AND path = :path
RETURNING sealed, expires_at > now() AS lasts
""")
_FIRST_TIME = text("""
INSERT INTO web.logout_token (id, expires_at) VALUES (:id, :expires_at)
ON CONFLICT (id) DO NOTHING
""")
_SWEEP_SESSIONS = text("""
DELETE FROM web.session WHERE expires_at < now() - CAST(:linger AS interval)
    OR last_seen_at < now() - CAST(:idle AS interval) - CAST(:linger AS interval)
""")
_SWEEPS = (
    text("DELETE FROM web.login_attempt WHERE expires_at < now()"),
    text("DELETE FROM web.kept_form WHERE expires_at < now()"),
    text("DELETE FROM web.logout_token WHERE expires_at < now()"),
)
_READY = text("SELECT to_regclass('web.session') IS NOT NULL")


class Sessions:
    """Rows of the schema ``web``. Thread-safe; each call is a transaction of its own."""

    def __init__(self, settings: WebSettings) -> None:
        address = make_url(settings.database.dsn()).set(drivername="postgresql+psycopg")
        self._engine = create_engine(
            address,
            pool_size=settings.database.pool_size,
            pool_pre_ping=True,
            hide_parameters=True,  # digests of people are among them, and errors get logged
            connect_args={"application_name": "volitus-web", "connect_timeout": 5},
        )
        self._idle = settings.session.idle
        self._absolute = settings.session.absolute
        self._kept_form = settings.session.kept_form

    @classmethod
    @contextmanager
    def opened(cls, settings: WebSettings) -> Iterator[Self]:
        """The sessions of these settings while the block runs."""
        sessions = cls(settings)
        try:
            yield sessions
        finally:
            sessions.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def ready(self) -> bool:
        """Return whether the database is migrated."""
        return bool(self._rows(_READY)[0][0])

    def create(self, row: SessionRow, user_agent: str) -> None:
        """Store a session; it expires when the settings say, not when ``row`` does."""
        values = {name: getattr(row, name) for name in SessionRow.__slots__}
        values |= {"amr": list(row.amr), "user_agent": user_agent, "absolute": self._absolute}
        self._count(_CREATE, **values)

    def find(self, id_: bytes, audience: Audience, *, is_use: bool = True) -> SessionRow | None:
        """Return a session that lasts, and count this as a use of it unless it is none."""
        asked = {"id": id_, "audience": audience, "is_use": is_use, "idle": self._idle}
        for found in self._rows(_TOUCH, **asked):
            typed = {"audience": Audience(found.audience), "amr": tuple(found.amr)}
            return SessionRow(**found._asdict() | typed)
        return None

    def person_of(self, id_: bytes, audience: Audience) -> str | None:
        """Return whose session this is or, for an hour, was; None where it was ended or swept."""
        found = self._rows(_PERSON, id=id_, audience=audience)
        return str(found[0].person) if found else None

    def lend(self, id_: bytes, seen: bytes) -> bool:
        """Take it upon the caller to refresh the tokens in ``seen``; False where another does.

        Or did, or the session has ended. After 20 s anybody may try again.
        """
        return self._count(_LEND, id=id_, seen=seen, idle=self._idle, lease=_LEASE) == 1

    def sealed(self, id_: bytes) -> bytes | None:
        """Return what is kept of the session's tokens now; None where it has ended."""
        found = self._rows(_SEALED, id=id_, idle=self._idle)
        return bytes(found[0].sealed) if found else None

    def reseal(self, id_: bytes, sealed: bytes) -> bool:
        """Store refreshed tokens; False where the session has ended meanwhile."""
        return self._count(_RESEAL, id=id_, sealed=sealed) == 1

    def give_back(self, id_: bytes) -> None:
        """Let another request refresh: the caller could not."""
        self._count(_GIVE_BACK, id=id_)

    def end(self, id_: bytes) -> None:
        """End a session; one that is not there is ignored."""
        self._count(_END, id=id_)

    def open_sessions(
        self, id_: bytes, persons: Sequence[str], audience: Audience
    ) -> list[OpenSession]:
        """Return a person's sessions, the last used first."""
        asked = {"id": id_, "persons": list(persons), "audience": audience, "idle": self._idle}
        return [OpenSession(**each._asdict()) for each in self._rows(_OPEN, **asked)]

    def end_others(self, id_: bytes, persons: Sequence[str], audience: Audience) -> int:
        """End every session of a person but this one; return how many."""
        asked = {"id": id_, "persons": list(persons), "audience": audience}
        return self._count(_END_OTHERS, **asked)

    def end_by_sid(self, audience: Audience, issuer: str, sid: str) -> int:
        """End the sessions of one session at the provider; return how many."""
        return self._count(_END_BY_SID, audience=audience, issuer=issuer, sid=sid)

    def end_by_person(self, audience: Audience, persons: Sequence[str]) -> int:
        """End every session of a person; return how many."""
        return self._count(_END_BY_PERSON, audience=audience, persons=list(persons))

    def begin_login(
        self, id_: bytes, browser: bytes, audience: Audience, sealed: bytes, life: timedelta
    ) -> None:
        """Store a login that a browser begins."""
        values = {"id": id_, "browser": browser, "audience": audience, "sealed": sealed}
        self._count(_BEGIN_LOGIN, **values, life=life)

    def take_login(self, id_: bytes, browser: bytes, audience: Audience) -> bytes | None:
        """Return a login that this browser began, once; None where there is none, or it is late."""
        return self._taken(_TAKE_LOGIN, id=id_, browser=browser, audience=audience)

    def keep_form(self, audience: Audience, person: str, path: str, sealed: bytes) -> None:
        """Keep the fields of an interrupted form, instead of those kept before."""
        values = {"audience": audience, "person": person, "path": path, "sealed": sealed}
        self._count(_KEEP_FORM, **values, life=self._kept_form)

    def take_form(self, audience: Audience, persons: Sequence[str], path: str) -> bytes | None:
        """Return the fields kept for this person and page, once."""
        return self._taken(_TAKE_FORM, audience=audience, persons=list(persons), path=path)

    def first_time(self, id_: bytes, expires_at: datetime) -> bool:
        """Record a logout token; False where it was recorded before."""
        return self._count(_FIRST_TIME, id=id_, expires_at=expires_at) == 1

    def sweep(self) -> int:
        """Delete what has expired; return how many rows."""
        return sum(self._count(each) for each in _SWEEPS) + self._count(
            _SWEEP_SESSIONS, idle=self._idle, linger=_LINGER
        )

    def _taken(self, statement: TextClause, **values: object) -> bytes | None:
        return next((bytes(e.sealed) for e in self._rows(statement, **values) if e.lasts), None)

    def _rows(self, statement: TextClause, **values: object) -> Sequence[Row[Any]]:
        with self._engine.begin() as connection:
            return connection.execute(statement, values).all()

    def _count(self, statement: TextClause, **values: object) -> int:
        with self._engine.begin() as connection:
            return connection.execute(statement, values).rowcount
