"""Writes targets: failures, pauses, probes and resumptions, each with its event and stuck item.

Which state follows is decided in domain/provisioning/target_pauses.py. Rows of ``target`` are
locked before rows of ``stuck``.
"""

import json
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.provisioning import target_pauses
from domain.provisioning.step_rules import StepRules
from domain.provisioning.targets import Target, TargetState
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.ops import paused_targets
from storage.ops.paused_targets import Pause, item_id

ENGINE = Actor(ActorKind.ENGINE, "targets")
PROBE_DUE = "t.state <> 'available' AND t.probe_at <= clock_timestamp()"
"""Condition: the rule ``target_pauses.is_probe_due`` for the target ``t``, as SQL."""


_CLAIM_PROBE = text(f"""
UPDATE target t SET state = 'probing', probe_at = clock_timestamp() + :pause
WHERE name = :name AND {PROBE_DUE} RETURNING name
""")


def claim_probe(session: Session, target: Target, rules: StepRules) -> bool:
    """Let the caller's step through to a paused target; True for one step per ``pause_for``."""
    claimed = session.execute(_CLAIM_PROBE, {"name": target.name, "pause": rules.pause_for})
    return claimed.one_or_none() is not None


def return_probe(session: Session, target: Target) -> None:
    """Let the next step probe the target: the one let through did not call it."""
    session.execute(
        text(
            "UPDATE target SET probe_at = clock_timestamp() WHERE name = :n AND state = 'probing'"
        ),
        {"n": target.name},
    )


_FAILED = text("""
INSERT INTO target AS t (name, kind, failures) VALUES (:name, :kind, 1)
ON CONFLICT (name) DO UPDATE SET failures = t.failures + 1
RETURNING state, failures
""")


def record_failure(session: Session, target: Target, rules: StepRules) -> bool:
    """Count one more failure in a row; pause the target once there are too many.

    Returns whether the target is paused now.
    """
    state, failures = session.execute(_FAILED, {"name": target.name, "kind": target.kind}).one()
    before = TargetState(state)
    after = target_pauses.after_failure(before, failures, rules)
    if after is TargetState.PAUSED and before is not TargetState.PAUSED:
        _pause(session, target, before, probe_in=rules.pause_for)
    return after is TargetState.PAUSED


_ANSWERED = text("UPDATE target SET failures = 0 WHERE name = :name RETURNING state")


def record_answer(session: Session, target: Target) -> None:
    """Set the failures in a row to 0; make a probed target available again."""
    state = session.execute(_ANSWERED, {"name": target.name}).scalar_one_or_none()
    if state is None:
        return
    before = TargetState(state)
    if target_pauses.after_answer(before) is not before:
        _make_available(session, target)
        _resumed(session, target, ENGINE, "")


def pause(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let no step go to the target until an operator resumes it.

    A target that was paused after failures is then paused by this operator: it is not probed any
    more. One that an operator has paused already stays as it is.
    """
    # A row to lock, so that the slower one of two operators changes nothing.
    session.execute(
        text("INSERT INTO target (name, kind) VALUES (:name, :kind) ON CONFLICT DO NOTHING"),
        {"name": target.name, "kind": target.kind},
    )
    state, by = session.execute(
        text("SELECT state, paused_by FROM target WHERE name = :name FOR UPDATE"),
        {"name": target.name},
    ).one()
    if state == TargetState.PAUSED and by is not None:
        return
    _pause(session, target, TargetState(state), by=actor, why=why)


_PAUSE = text("""
INSERT INTO target AS t (name, kind, state, paused_by, note_id, probe_at)
VALUES (:name, :kind, 'paused', CAST(:by AS jsonb), :note_id,
    clock_timestamp() + CAST(:probe_in AS interval))
ON CONFLICT (name) DO UPDATE SET state = 'paused', paused_by = EXCLUDED.paused_by,
    note_id = EXCLUDED.note_id, probe_at = EXCLUDED.probe_at, changed_at = clock_timestamp(),
    version = t.version + 1
RETURNING failures
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
    code = StuckReason.TARGET_PAUSED if by else StuckReason.TARGET_FAILING
    note_id = None
    if by or before is not TargetState.PROBING:  # a failed probe continues the pause: no event
        reason = Reason(code, TEXTS[code], {"target": target.name})
        event = _event(EventKind.TARGET_PAUSED, target, reason, (before, TargetState.PAUSED))
        note_id = event_notes.append(session, event, why, actor=by or ENGINE)
    note_id = note_id if by else None
    paused = {
        "name": target.name,
        "kind": target.kind,
        "by": json.dumps(by.as_json()) if by else None,
        "note_id": note_id,
        "probe_in": probe_in,
    }
    failures = session.execute(_PAUSE, paused).scalar_one()
    paused_targets.open_(session, target, Pause(code, note_id, failures))


def resume(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let steps go to the target again; those that wait for it go at ``resume_rate`` a second.

    A target that is available stays as it is.
    """
    if _make_available(session, target):
        _resumed(session, target, actor, why)


_AVAILABLE = text("""
UPDATE target SET state = 'available', paused_by = NULL, note_id = NULL, failures = 0,
    probe_at = NULL, changed_at = clock_timestamp(), version = version + 1
WHERE name = :name AND state <> 'available' RETURNING name
""")


def _make_available(session: Session, target: Target) -> bool:
    return session.execute(_AVAILABLE, {"name": target.name}).one_or_none() is not None


def _resumed(session: Session, target: Target, actor: Actor, why: str) -> None:
    resolution = Resolution.HEALED if actor == ENGINE else Resolution.RESUMED
    paused_targets.close(session, target, resolution)
    said = "The target answers again" if actor == ENGINE else "Operations resumed the target"
    reason = Reason("resumed", said, {"target": target.name})
    states = (TargetState.PAUSED, TargetState.AVAILABLE)
    event = _event(EventKind.TARGET_RESUMED, target, reason, states)
    event_notes.append(session, event, why, actor=actor)


def _event(
    kind: EventKind, target: Target, reason: Reason, states: tuple[TargetState, TargetState]
) -> NewEvent:
    before, after = states
    return NewEvent(
        kind,
        subject_id=item_id(target),
        reason=reason,
        before={"state": before},
        after={"state": after},
    )
