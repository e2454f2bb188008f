"""Writes targets: failures, pauses, probes and resumptions, each with its event and stuck item.

A target that fails many times in a row is paused; after a while one step is let through to probe
it. A target that an operator paused stays paused until an operator resumes it. Rows of ``target``
are locked before rows of ``stuck``.
"""

import json
from datetime import timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.provisioning.steps import StepRules
from domain.provisioning.targets import Target, TargetState
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent

ENGINE = Actor(ActorKind.ENGINE, "targets")


class TargetUnchanged(Exception):
    """The target is already in the requested state."""


def row_id(name: str) -> UUID:
    """Id of the target's stuck item and subject of its events."""
    return uuid5(NAMESPACE_URL, f"volitus:target/{name}")


def claim_probe(session: Session, target: Target, rules: StepRules) -> bool:
    """Let the caller's step through to a paused target; True for one step per ``pause_for``."""
    claimed = session.execute(
        text(
            "UPDATE target SET state = 'probing', probe_at = clock_timestamp() + :pause"
            " WHERE name = :name AND state <> 'available' AND probe_at <= clock_timestamp()"
            " RETURNING name"
        ),
        {"name": target, "pause": rules.pause_for},
    )
    return claimed.one_or_none() is not None


def return_probe(session: Session, target: Target) -> None:
    """Let the next step probe the target: the one let through did not call it."""
    session.execute(
        text(
            "UPDATE target SET probe_at = clock_timestamp() WHERE name = :n AND state = 'probing'"
        ),
        {"n": target},
    )


class _Failures(NamedTuple):
    state: TargetState
    failures: int


_FAILED = text("""
INSERT INTO target AS t (name, failures) VALUES (:name, 1)
ON CONFLICT (name) DO UPDATE SET failures = t.failures + 1
RETURNING state, failures
""")


def record_failure(session: Session, target: Target, rules: StepRules) -> bool:
    """Count one more failure in a row; pause the target once there are too many.

    Returns whether the target takes no steps now.
    """
    now = _Failures(*session.execute(_FAILED, {"name": target}).one())
    if now.state == TargetState.AVAILABLE and now.failures < rules.pause_after:
        return False
    if now.state != TargetState.PAUSED:
        _pause(session, target, now.state, probe_in=rules.pause_for)
    return True


_ANSWERED = text("""
UPDATE target t SET failures = 0,
    state = CASE WHEN t.state = 'probing' THEN 'available' ELSE t.state END,
    probe_at = CASE WHEN t.state = 'probing' THEN NULL ELSE t.probe_at END,
    changed_at = CASE WHEN t.state = 'probing' THEN clock_timestamp() ELSE t.changed_at END,
    version = t.version + CAST(t.state = 'probing' AS int)
FROM (SELECT name, state FROM target WHERE name = :name FOR UPDATE) old
WHERE t.name = old.name RETURNING old.state
""")


def record_answer(session: Session, target: Target) -> None:
    """Set the failures in a row to 0; make a probed target available again."""
    before = session.execute(_ANSWERED, {"name": target}).scalar_one_or_none()
    if before == TargetState.PROBING:
        _resumed(session, target, ENGINE, "The target answers again")


def pause(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let no step go to the target until an operator resumes it.

    A target that was paused after failures is then paused by this operator: it is not probed any
    more. Raises TargetUnchanged where an operator has paused it already.
    """
    # A row to lock, so that the slower one of two operators is refused.
    session.execute(
        text("INSERT INTO target (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": target}
    )
    state, by = session.execute(
        text("SELECT state, paused_by FROM target WHERE name = :name FOR UPDATE"), {"name": target}
    ).one()
    if state == TargetState.PAUSED and by is not None:
        raise TargetUnchanged
    _pause(session, target, TargetState(state), by=actor, why=why)


_PAUSE = text("""
INSERT INTO target AS t (name, state, paused_by, reason, probe_at)
VALUES (:name, 'paused', CAST(:by AS jsonb), :reason,
    clock_timestamp() + CAST(:probe_in AS interval))
ON CONFLICT (name) DO UPDATE SET state = 'paused', paused_by = EXCLUDED.paused_by,
    reason = EXCLUDED.reason, probe_at = EXCLUDED.probe_at, changed_at = clock_timestamp(),
    version = t.version + 1
RETURNING failures
""")
_LIST = text("""
INSERT INTO stuck AS k (id, kind, target, code, detail, attempts, first_failed_at, last_failed_at,
                        since, allowed_decisions, correctable_inputs, state)
SELECT :id, 'paused', :target, :code, :detail, :attempts, at, at, at, '{}', '{}', 'stuck'
FROM (SELECT clock_timestamp() AS at) now
ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, detail = EXCLUDED.detail,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.first_failed_at END,
    state = 'stuck', version = k.version + 1, closed_at = NULL, resolution = NULL
""")


def _pause(
    session: Session,
    target: Target,
    before: TargetState,
    *,
    probe_in: timedelta | None = None,
    by: Actor | None = None,
    why: str = "",
) -> None:
    paused = {
        "name": target,
        "by": json.dumps(by.as_json()) if by else None,
        "reason": why,
        "probe_in": probe_in,
    }
    failures = session.execute(_PAUSE, paused).scalar_one()
    code = StuckReason.TARGET_PAUSED if by else StuckReason.TARGET_FAILING
    item = {"id": row_id(target), "target": target, "code": code, "detail": why}
    session.execute(_LIST, {**item, "attempts": failures})
    if before == TargetState.PROBING and by is None:
        return  # a failed probe: the pause goes on, which is no news
    reason = Reason(code, why or TEXTS[code], {"target": str(target)})
    event = _event(EventKind.TARGET_PAUSED, target, reason, (before, TargetState.PAUSED))
    events.append(session, [event], actor=by or ENGINE)


def resume(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let steps go to the target again; those that wait for it go at ``resume_rate`` a second.

    Raises TargetUnchanged where the target is available.
    """
    resumed = session.execute(
        text(
            "UPDATE target SET state = 'available', paused_by = NULL, reason = '', failures = 0,"
            " probe_at = NULL, changed_at = clock_timestamp(), version = version + 1"
            " WHERE name = :name AND state <> 'available' RETURNING name"
        ),
        {"name": target},
    ).one_or_none()
    if resumed is None:
        raise TargetUnchanged
    _resumed(session, target, actor, why)


def _resumed(session: Session, target: Target, actor: Actor, why: str) -> None:
    resolution = Resolution.HEALED if actor == ENGINE else Resolution.RESUMED
    session.execute(
        text(
            "UPDATE stuck SET state = 'closed', closed_at = clock_timestamp(),"
            " resolution = :resolution, version = version + 1 WHERE id = :id"
        ),
        {"id": row_id(target), "resolution": resolution},
    )
    reason = Reason("resumed", why, {"target": str(target)})
    states = (TargetState.PAUSED, TargetState.AVAILABLE)
    event = _event(EventKind.TARGET_RESUMED, target, reason, states)
    events.append(session, [event], actor=actor)


def _event(
    kind: EventKind, target: Target, reason: Reason, states: tuple[TargetState, TargetState]
) -> NewEvent:
    before, after = states
    return NewEvent(
        kind,
        subject_id=row_id(target),
        reason=reason,
        before={"state": before},
        after={"state": after},
    )
