"""Writes targets: pauses, probes and resumptions, each with its event and stuck item.

Failures and answers, which pause and resume them, are counted in
storage/provisioning/target_failures.py. Rows of ``target`` are locked before rows of ``stuck``.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import TEXTS, StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.target_failures import PauseCause
from domain.provisioning.targets import Target, TargetState
from domain.reasons import Reason
from storage.audit import event_notes, events
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


_NAME = text("""
WITH unnamed AS (
    UPDATE target SET is_named = FALSE WHERE is_named AND name <> ALL(CAST(:names AS text[]))
)
INSERT INTO target AS t (name, kind, is_named)
SELECT name, kind, TRUE
FROM unnest(CAST(:names AS text[]), CAST(:kinds AS text[])) AS n(name, kind) ORDER BY name
ON CONFLICT (name) DO UPDATE SET is_named = TRUE WHERE NOT t.is_named
""")


def name(session: Session, named: Sequence[Target]) -> None:
    """Record which targets the settings name beside each kind's own. Repeating changes nothing."""
    names, kinds = [each.name for each in named], [str(each.kind) for each in named]
    session.execute(_NAME, {"names": names, "kinds": kinds})


def lock(session: Session, target: Target) -> int:
    """Lock the target's row, which it has from now on; return its version."""
    session.execute(
        text("INSERT INTO target (name, kind) VALUES (:name, :kind) ON CONFLICT DO NOTHING"),
        {"name": target.name, "kind": target.kind},
    )
    version: int = session.execute(
        text("SELECT version FROM target WHERE name = :name FOR UPDATE"), {"name": target.name}
    ).scalar_one()
    return version


def pause_failing(
    session: Session,
    target: Target,
    before: TargetState,
    probe_in: timedelta,
    cause: PauseCause,
) -> None:
    """Pause a target after failures; after a failed probe: go on with the pause."""
    code = StuckReason.TARGET_FAILING
    goes_on = before is TargetState.PROBING
    if not goes_on:  # a failed probe continues the pause: no event
        reason = Reason(code, TEXTS[code], {"target": target.name} | cause.facts())
        event = _event(EventKind.TARGET_PAUSED, target, reason, (before, TargetState.PAUSED))
        events.append(session, [event], actor=ENGINE)
    _set_paused(session, target, probe_in=probe_in, goes_on=goes_on)
    paused = Pause(code, attempts=cause.failures, detail=cause.summary)
    paused_targets.open_(session, target, paused)


def pause(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let no step go to the target until an operator resumes it.

    A target that was paused after failures is then paused by this operator: it is not probed any
    more. One that an operator has paused already stays as it is.
    """
    lock(session, target)  # the slower one of two operators changes nothing
    state, by = session.execute(
        text("SELECT state, paused_by FROM target WHERE name = :name"), {"name": target.name}
    ).one()
    if state == TargetState.PAUSED and by is not None:
        return
    code = StuckReason.TARGET_PAUSED
    reason = Reason(code, TEXTS[code], {"target": target.name})
    states = (TargetState(state), TargetState.PAUSED)
    event = _event(EventKind.TARGET_PAUSED, target, reason, states)
    note_id = event_notes.append(session, event, why, actor=actor)
    failures = _set_paused(session, target, by=actor, note_id=note_id)
    paused_targets.open_(session, target, Pause(code, attempts=failures, note_id=note_id))


_PAUSE = text("""
UPDATE target SET state = 'paused', paused_by = CAST(:by AS jsonb), note_id = :note_id,
    probe_at = clock_timestamp() + CAST(:probe_in AS interval),
    changed_at = CASE WHEN :goes_on THEN changed_at ELSE clock_timestamp() END,
    version = version + CASE WHEN :goes_on THEN 0 ELSE 1 END
WHERE name = :name RETURNING failures
""")


def _set_paused(
    session: Session,
    target: Target,
    *,
    probe_in: timedelta | None = None,
    by: Actor | None = None,
    note_id: int | None = None,
    goes_on: bool = False,
) -> int:
    """Set the state; returns the failures in a row.

    ``goes_on``: it was paused before, and is since the same moment.
    """
    paused = {
        "name": target.name,
        "by": json.dumps(by.as_json()) if by else None,
        "note_id": note_id,
        "probe_in": probe_in,
        "goes_on": goes_on,
    }
    failures: int = session.execute(_PAUSE, paused).scalar_one()
    return failures


def resume(session: Session, target: Target, actor: Actor, why: str) -> None:
    """Let steps go to the target again; those that wait for it go at ``resume_rate`` a second.

    A target that is available stays as it is.
    """
    if _make_available(session, target):
        _resumed(session, target, actor, why)


def resume_answering(session: Session, target: Target) -> None:
    """Make a target that answered a probe available again."""
    if _make_available(session, target):
        _resumed(session, target, ENGINE, "")


# What failed before says nothing about the target as it is now.
_AVAILABLE = text("""
WITH available AS (
    UPDATE target SET state = 'available', paused_by = NULL, note_id = NULL, failures = 0,
        counted_since = clock_timestamp(), probe_at = NULL, changed_at = clock_timestamp(),
        version = version + 1
    WHERE name = :name AND state <> 'available' RETURNING name
), forgotten AS (
    DELETE FROM target_failure f USING available a WHERE f.target = a.name
)
SELECT name FROM available
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
