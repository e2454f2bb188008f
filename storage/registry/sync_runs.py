"""Sync runs as rows: opened once, counted as they go, ended with a reason."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.processes import ProcessType, workflow_id
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.processes import processes

OPEN = frozenset({"running", "held"})
"""States of a run that has not ended."""

# The update changes nothing; it makes the row come back when somebody else has just made it.
_OPEN = """
WITH run AS (
    INSERT INTO sync_run (id, source, subject, counts)
    VALUES (gen_random_uuid(), :source, :subject, '{{}}')
    ON CONFLICT (source, subject) DO UPDATE SET subject = EXCLUDED.subject
    RETURNING id, state
), process AS ({process})
SELECT id, state FROM run
"""
_GOES_ON = "state IN ('running', 'held')"
_OPEN_UNSTARTED = text(_OPEN.format(process=processes.asked("run", where=_GOES_ON)))
_OPEN_STARTED = text(_OPEN.format(process=processes.asked("run", where=_GOES_ON, started=True)))

_END = text(f"""
WITH run AS (
    UPDATE sync_run SET state = :state, reason = CAST(:reason AS jsonb),
        ended_at = clock_timestamp()
    WHERE id = :run AND state IN ('running', 'held') RETURNING id
), process AS ({processes.ended("run")})
SELECT id FROM run
""")
_REJECT = text(f"""
WITH run AS (
    UPDATE sync_run SET ended_at = clock_timestamp(), reason = CAST(:reason AS jsonb)
    WHERE id = :run RETURNING id
)
{processes.ended("run")}
""")

_EVENT_OF = {
    "refused": EventKind.SYNC_REFUSED,
    "rejected": EventKind.SYNC_REJECTED,
}


def open_run(
    session: Session, source: str, subject: str, *, started: bool = True
) -> tuple[UUID, str]:
    """Open this source's run about this subject, if it is new; returns its id and state.

    ``started``: its workflow runs already. Idempotent.
    """
    row = session.execute(
        _OPEN_STARTED if started else _OPEN_UNSTARTED,
        {
            "source": source,
            "subject": subject,
            "process_type": ProcessType.REGISTER_SYNC,
            "workflow_id": workflow_id(ProcessType.REGISTER_SYNC, source, subject),
        },
    ).one()
    return row.id, row.state


_ALSO = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'again' FROM record_aside r JOIN company c ON c.id = r.company_id
WHERE c.country = :country AND r.resolved_at IS NULL
UNION
SELECT :run, c.id, 'customer' FROM company c
WHERE c.country = :country
  AND EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
  AND NOT EXISTS (SELECT FROM register_state s WHERE s.company_id = c.id)
ON CONFLICT DO NOTHING
""")


def also_ask(session: Session, run_id: UUID, country: str) -> int:
    """Let the run also ask about those whom no news names, but who wait for an answer.

    Companies that an earlier run could not ask about, and customers that none has asked about
    yet. Returns how many companies the run asks about in all.
    """
    session.execute(_ALSO, {"run": run_id, "country": country})
    asked = text("SELECT count(*) FROM sync_change WHERE run_id = :run")
    number: int = session.execute(asked, {"run": run_id}).scalar_one()
    count(session, run_id, {"to_ask": number})
    return number


def count(session: Session, run_id: UUID, numbers: Mapping[str, int]) -> None:
    """Set these of the run's counts."""
    session.execute(
        text("UPDATE sync_run SET counts = counts || CAST(:numbers AS jsonb) WHERE id = :run"),
        {"run": run_id, "numbers": json.dumps(dict(numbers))},
    )


def add(session: Session, run_id: UUID, numbers: Mapping[str, int]) -> None:
    """Add to these of the run's counts."""
    before = session.execute(
        text("SELECT counts FROM sync_run WHERE id = :run FOR UPDATE"), {"run": run_id}
    ).scalar_one()
    count(session, run_id, {name: before.get(name, 0) + n for name, n in numbers.items()})


def end_run(session: Session, run_id: UUID, state: str, reason: Reason | None = None) -> None:
    """End the run. One that has ended already is left as it is."""
    told = json.dumps(reason.as_json()) if reason else None
    ended = session.execute(_END, {"run": run_id, "state": state, "reason": told}).one_or_none()
    if ended and state in _EVENT_OF:
        tell(session, run_id, _EVENT_OF[state], Actor(ActorKind.ENGINE, run_id=run_id), reason)


def hold(session: Session, run_id: UUID, preview: Mapping[str, Any], reason: Reason) -> None:
    """Let the run wait for a person's decision. Idempotent."""
    held = session.execute(
        text(
            "UPDATE sync_run SET state = 'held', preview = CAST(:preview AS jsonb),"
            " reason = CAST(:reason AS jsonb) WHERE id = :run AND state = 'running' RETURNING id"
        ),
        {"run": run_id, "preview": json.dumps(preview), "reason": json.dumps(reason.as_json())},
    )
    if held.one_or_none():
        tell(session, run_id, EventKind.SYNC_HELD, Actor(ActorKind.ENGINE, run_id=run_id), reason)


def release(session: Session, run_id: UUID, by: str, reason: str) -> None:
    """Let a held run go on, by a person's decision. Idempotent."""
    if _decided(session, run_id, by, "running"):
        actor, why = Actor(ActorKind.OPS, by, run_id), Reason("released", reason)
        tell(session, run_id, EventKind.SYNC_RELEASED, actor, why)


def reject(session: Session, run_id: UUID, by: str, reason: str) -> None:
    """End a held run with nothing of it applied, by a person's decision. Idempotent."""
    if _decided(session, run_id, by, "rejected"):
        why = Reason("rejected", reason)
        session.execute(_REJECT, {"run": run_id, "reason": json.dumps(why.as_json())})
        tell(session, run_id, EventKind.SYNC_REJECTED, Actor(ActorKind.OPS, by, run_id), why)


def _decided(session: Session, run_id: UUID, by: str, state: str) -> bool:
    row = session.execute(
        text(
            "UPDATE sync_run SET state = :state, decided_by = :by, decided_at = clock_timestamp()"
            " WHERE id = :run AND state = 'held' RETURNING id"
        ),
        {"run": run_id, "by": by, "state": state},
    )
    return row.one_or_none() is not None


def tell(
    session: Session, run_id: UUID, kind: EventKind, actor: Actor, reason: Reason | None
) -> None:
    """Put one line about this run into the history."""
    line = NewEvent(kind, subject_id=run_id, reason=reason)
    events.append(session, [line], actor=actor, at=events.now(session))
