"""Targets: how outside systems do, and whether steps may go to them now.

One that fails many times in a row is paused by itself; after a while a single step is let through
to see. One that an operator paused stays so until an operator resumes it.
"""

import json
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.provisioning.steps import StepRules
from domain.provisioning.targets import Target
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent

ENGINE = Actor(ActorKind.ENGINE, "targets")


class WrongState(Exception):
    """It is so already."""


def row_id(name: str) -> UUID:
    """The id under which a target is listed while it is paused, and told of in the history."""
    return uuid5(NAMESPACE_URL, f"volitus:target/{name}")


def let_through(session: Session, target: Target, rules: StepRules) -> bool:
    """Whether this step is the one that sees whether a paused target works again."""
    claimed = session.execute(
        text(
            "UPDATE target SET state = 'probing', until = clock_timestamp() + :pause"
            " WHERE name = :name AND state <> 'available' AND until <= clock_timestamp()"
            " RETURNING name"
        ),
        {"name": target, "pause": rules.pause_for},
    )
    return claimed.one_or_none() is not None


def not_seen(session: Session, target: Target) -> None:
    """The step that was let through had nothing to do: the next one may be."""
    session.execute(
        text("UPDATE target SET until = clock_timestamp() WHERE name = :n AND state = 'probing'"),
        {"n": target},
    )


_FAILED = text("""
INSERT INTO target AS t (name, failures) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET failures = t.failures + 1
RETURNING *
""")


def failed(session: Session, target: Target, rules: StepRules) -> bool:
    """It failed once more; returns whether it is paused now."""
    row = session.execute(_FAILED, {"name": target}).one()
    if row.state == "available" and row.failures < rules.pause_after:
        return False
    if row.state != "paused":
        _pause(session, target, row.state, until=rules.pause_for)
    return True


def answered(session: Session, target: Target) -> None:
    """It works. One that was paused by itself is resumed by that."""
    row = session.execute(
        text(
            "UPDATE target t SET failures = 0,"
            " state = CASE WHEN t.state = 'probing' THEN 'available' ELSE t.state END,"
            " until = CASE WHEN t.state = 'probing' THEN NULL ELSE t.until END,"
            " changed_at = CASE WHEN t.state = 'probing' THEN clock_timestamp()"
            " ELSE t.changed_at END, version = t.version + CAST(t.state = 'probing' AS int)"
            " FROM (SELECT name, state FROM target WHERE name = :name FOR UPDATE) old"
            " WHERE t.name = old.name RETURNING old.state"
        ),
        {"name": target},
    ).one_or_none()
    if row is not None and row.state == "probing":
        _resumed(session, target, ENGINE, "It answers again")


_PAUSE = text("""
INSERT INTO target AS t (name, state, by, reason, until)
VALUES (:name, 'paused', CAST(:by AS jsonb), :reason, clock_timestamp() + CAST(:until AS interval))
ON CONFLICT (name) DO UPDATE SET state = 'paused', by = EXCLUDED.by, reason = EXCLUDED.reason,
    until = EXCLUDED.until, changed_at = clock_timestamp(), version = t.version + 1
RETURNING *
""")
_LISTED = text("""
INSERT INTO stuck AS k (id, kind, target, code, detail, attempts, first_failed_at, last_failed_at,
                        since, allowed_decisions, correctable_inputs, state)
VALUES (:id, 'paused', :target, :code, :detail, :attempts, :at, :at, :at, '{}', '{}', 'stuck')
ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, detail = EXCLUDED.detail,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.first_failed_at END,
    state = 'stuck', version = k.version + 1, closed_at = NULL, resolution = NULL
""")


def pause(session: Session, target: Target, actor: Actor, why: str) -> Row[Any]:
    """Let no step go to it until somebody resumes it. Raises WrongState where somebody did so.

    One that was paused by itself is then paused by this operator: it is not looked at any more.
    """
    # A row to lock, so that of two operators one is told that the other was quicker.
    session.execute(
        text("INSERT INTO target (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": target}
    )
    known = session.execute(
        text("SELECT * FROM target WHERE name = :name FOR UPDATE"), {"name": target}
    ).one()
    if known.state == "paused" and known.by is not None:
        raise WrongState
    return _pause(session, target, known.state, by=actor, why=why)


def _pause(
    session: Session,
    target: Target,
    before: str,
    *,
    until: timedelta | None = None,
    by: Actor | None = None,
    why: str = "",
) -> Row[Any]:
    told = {"name": target, "by": json.dumps(by.as_json()) if by else None}
    row = session.execute(_PAUSE, told | {"reason": why, "until": until}).one()
    at = events.now(session)
    code = StuckReason.TARGET_PAUSED if by else StuckReason.TARGET_FAILING
    session.execute(
        _LISTED,
        {
            "id": row_id(target),
            "target": target,
            "code": code,
            "detail": why,
            "attempts": row.failures,
            "at": at,
        },
    )
    if before != "probing" or by:  # that it still fails is no news
        line = _line(target, "paused", before, code, why)
        events.append(session, [line], actor=by or ENGINE, at=at)
    return row


def resume(session: Session, target: Target, actor: Actor, why: str) -> Row[Any]:
    """Let steps go to it again, those that wait little by little. Raises WrongState if they do."""
    row = session.execute(
        text(
            "UPDATE target SET state = 'available', by = NULL, reason = '', failures = 0,"
            " until = NULL, changed_at = clock_timestamp(), version = version + 1"
            " WHERE name = :name AND state <> 'available' RETURNING *"
        ),
        {"name": target},
    ).one_or_none()
    if row is None:
        raise WrongState
    _resumed(session, target, actor, why)
    return row


def _resumed(session: Session, target: Target, actor: Actor, why: str) -> None:
    at = events.now(session)
    session.execute(
        text(
            "UPDATE stuck SET state = 'closed', closed_at = :at, resolution = :resolution,"
            " version = version + 1 WHERE id = :id"
        ),
        {
            "id": row_id(target),
            "at": at,
            "resolution": Resolution.HEALED if actor == ENGINE else Resolution.RESUMED,
        },
    )
    line = _line(target, "available", "paused", "resumed", why)
    events.append(session, [line], actor=actor, at=at)


def _line(target: Target, state: str, before: str, code: str, why: str) -> NewEvent:
    kind = EventKind.TARGET_PAUSED if state == "paused" else EventKind.TARGET_RESUMED
    words = why or TEXTS[StuckReason(code)]
    return NewEvent(
        kind,
        subject_id=row_id(target),
        reason=Reason(code, words, {"target": str(target)}),
        before={"state": before},
        after={"state": state},
    )
