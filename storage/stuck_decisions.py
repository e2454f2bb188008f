"""Decisions about what is stuck: written down once, by version, for its process to carry out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from access.events import Actor, EventKind
from access.reasons import Reason
from access.steps import Decision
from storage import events
from storage.events import Line


class NotStuck(Exception):
    """It is not stuck any more. ``how``: what became of it."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Outdated(Exception):
    """It has changed since that version: look again, then decide."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class NotAllowed(Exception):
    """This cannot be decided here. ``may``: what can."""

    def __init__(self, may: tuple[str, ...]) -> None:
        super().__init__(", ".join(may))
        self.may = may


@dataclass(frozen=True, slots=True)
class Decided:
    """What an operator decides, about which version of a row, and why."""

    decision: Decision
    version: int
    actor: Actor
    why: str
    correction: Mapping[str, Any] = field(default_factory=dict)
    request: UUID | None = None
    """The same when a crash makes the caller repeat it: then what it decided stands."""


def decide(session: Session, id_: UUID, decided: Decided) -> Row[Any]:
    """Write down a decision; its process carries it out. Returns the row.

    Raises LookupError where there is no such row, NotStuck, Outdated or NotAllowed. Of two who
    decide about the same version exactly one succeeds.
    """
    row = session.execute(
        text("SELECT * FROM stuck WHERE id = :id FOR UPDATE"), {"id": id_}
    ).one_or_none()
    if row is None:
        raise LookupError(id_)
    if decided.request and (row.decision or {}).get("request") == str(decided.request):
        return row
    _check(row, decided)
    kept = {
        "decision": str(decided.decision),
        "by": decided.actor.as_json(),
        "reason": decided.why,
        "correction": dict(decided.correction),
        "request": str(decided.request) if decided.request else None,
    }
    row = session.execute(
        text(
            "UPDATE stuck SET state = 'decided', version = version + 1, woken_at = NULL,"
            " decision = CAST(:kept AS jsonb) WHERE id = :id RETURNING *"
        ),
        {"id": id_, "kept": json.dumps(kept)},
    ).one()
    _tell_decided(session, row, decided)
    return row


def _check(row: Row[Any], decided: Decided) -> None:
    if row.state == "closed":
        raise NotStuck(row.closed_how)
    if row.version != decided.version or row.state != "stuck":
        raise Outdated(row.version)
    wrong = set(decided.correction) - set(row.corrections)
    if decided.decision not in row.may or wrong:
        raise NotAllowed(tuple(row.may))


def _tell_decided(session: Session, row: Row[Any], decided: Decided) -> None:
    facts = {"code": row.code, "target": row.target, "process_id": str(row.process_id)}
    corrected = {"corrected": sorted(decided.correction)} if decided.correction else {}
    line = Line(
        EventKind.STUCK_DECIDED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(str(decided.decision), decided.why, facts),
        before={"state": "stuck", "version": decided.version},
        after={"state": "decided", "version": row.version} | corrected,
    )
    events.append(session, [line], actor=decided.actor, at=events.now(session))
