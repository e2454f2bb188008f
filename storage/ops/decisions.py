"""Decisions about what is stuck: written down once, by version, for its process to carry out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent


class NotStuck(Exception):
    """It is not stuck any more."""

    def __init__(self, resolution: Resolution) -> None:
        super().__init__(resolution)
        self.resolution = resolution


class Outdated(Exception):
    """It has changed since that version: look again, then decide."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class NotAllowed(Exception):
    """This cannot be decided here. ``allowed``: what can."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


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


def locked(session: Session, id_: UUID) -> Row[Any]:
    """The row, which nobody else can decide about until this transaction ends.

    Raises LookupError where there is none.
    """
    row = session.execute(
        text("SELECT * FROM stuck WHERE id = :id FOR UPDATE"), {"id": id_}
    ).one_or_none()
    if row is None:
        raise LookupError(id_)
    return row


def is_repeated(row: Row[Any], request: UUID | None) -> bool:
    """Whether what is decided about it was decided by this very request."""
    return bool(request and (row.decision or {}).get("request") == str(request))


def check_version(row: Row[Any], version: int) -> None:
    """Raises NotStuck or Outdated where this version cannot be decided about any more."""
    if row.state == "closed":
        raise NotStuck(Resolution(row.resolution))
    if row.version != version or row.state != "stuck":
        raise Outdated(row.version)


def as_kept(
    what: str,
    actor: Actor,
    why: str,
    request: UUID | None,
    correction: Mapping[str, Any] | None = None,
) -> str:
    """A decision as its row keeps it: JSON."""
    return json.dumps(
        {
            "decision": what,
            "by": actor.as_json(),
            "reason": why,
            "correction": dict(correction or {}),
            "request": str(request) if request else None,
        }
    )


def decide(session: Session, id_: UUID, decided: Decided) -> Row[Any]:
    """Write down a decision; its process carries it out. Returns the row.

    Raises LookupError where there is no such row, NotStuck, Outdated or NotAllowed. Of two who
    decide about the same version exactly one succeeds.
    """
    row = locked(session, id_)
    if is_repeated(row, decided.request):
        return row
    _check(row, decided)
    kept = as_kept(
        decided.decision, decided.actor, decided.why, decided.request, decided.correction
    )
    row = session.execute(
        text(
            "UPDATE stuck SET state = 'decided', version = version + 1, woken_at = NULL,"
            " decision = CAST(:kept AS jsonb) WHERE id = :id RETURNING *"
        ),
        {"id": id_, "kept": kept},
    ).one()
    _tell_decided(session, row, decided)
    return row


def _check(row: Row[Any], decided: Decided) -> None:
    check_version(row, decided.version)
    wrong = set(decided.correction) - set(row.correctable_inputs)
    if decided.decision not in row.allowed_decisions or wrong:
        raise NotAllowed(tuple(row.allowed_decisions))


def _tell_decided(session: Session, row: Row[Any], decided: Decided) -> None:
    facts = {"code": row.code, "target": row.target, "process_id": str(row.process_id)}
    corrected = {"corrected": sorted(decided.correction)} if decided.correction else {}
    line = NewEvent(
        EventKind.STUCK_DECIDED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(str(decided.decision), decided.why, facts),
        before={"state": "stuck", "version": decided.version},
        after={"state": "decided", "version": row.version} | corrected,
    )
    events.append(session, [line], actor=decided.actor, at=events.now(session))
