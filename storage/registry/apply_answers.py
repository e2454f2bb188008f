"""Applying a run's answers: try them out batch by batch, then apply them batch by batch.

Each batch is one transaction, so its companies are locked for no longer than it takes, also while
they are tried out. A deadlock that PostgreSQL ends costs a repetition of the batch.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.delegations.departures import STANDARD, DepartureRules
from domain.reasons import Reason
from domain.registry.hold_limits import HoldLimits
from domain.registry.register import RegisterState
from domain.registry.sync import PreviewedGrant, PreviewedGrants, SyncPreview
from storage.access.grants import GrantChange
from storage.database import Database, Session, unless_deadlocked
from storage.registry import (
    align_grants,
    ending_budget,
    register_states,
    sync_changes,
    sync_decisions,
    sync_runs,
)
from storage.registry.align_grants import Alignment
from storage.registry.ending_budget import Exceeded

_SHOWN = 10_000
"""Grants of each kind that a preview keeps; its totals count all."""


class _Applying(NamedTuple):
    """The register whose answers are applied, and what is done when somebody leaves."""

    register: str
    on_departure: DepartureRules


def hold_if_too_much(
    database: Database,
    run_id: UUID,
    limits: HoldLimits,
    *,
    register: str,
    batch: int,
    progress: Callable[[int], None],
    on_departure: DepartureRules = STANDARD,
) -> bool:
    """Try the whole run out and roll it back; hold the run if it would end too much.

    Trying out and applying are the same code, and no company is in two batches: the preview is
    exact but for what others change between one batch and the next, and until it is applied.
    Returns whether the run is held. ``progress(grants_that_would_be_taken)``.
    """
    trial, after, how = Alignment(), UUID(int=0), _Applying(register, on_departure)
    while tried := _try_out(database, run_id, how, after=after, limit=batch):
        after, aligned = tried
        trial += aligned
        progress(trial.taken)
    with database.transaction() as session:
        of = ending_budget.open_grants(session)
        exceeded = ending_budget.spend(session, limits, trial.taken, of=of, run_id=run_id)
        if exceeded is None:
            return False
        shown = map(_previewed, (trial.lost, trial.started, trial.suspended))
        sync_decisions.hold(
            session, run_id, SyncPreview(of, *shown), _too_much(trial.taken, exceeded)
        )
    return True


def _too_much(ending: int, exceeded: Exceeded) -> Reason:
    text = f"Would end or suspend {ending} of {exceeded.open_grants} grants"
    if exceeded.recently:
        text += f", after {exceeded.recently} that ended lately"
    facts = {"ending": ending, "open_grants": exceeded.open_grants}
    return Reason("too_much_would_end", text, facts)


class _BeyondLimits(Exception):
    """A login's answer would end too much; its transaction is rolled back."""


def apply_or_hold(
    database: Database,
    company_id: UUID,
    state: RegisterState,
    limits: HoldLimits,
    *,
    register: str,
    on_departure: DepartureRules = STANDARD,
) -> Alignment | None:
    """Align one company with an answer that a person's login led to.

    None: it would end access beyond the limits. Nothing of it is applied then; a run about the
    company is opened, which queries the register again and is held while that is so.
    """
    try:
        how = _Applying(register, on_departure)
        return unless_deadlocked(lambda: _apply_within(database, company_id, state, limits, how))
    except _BeyondLimits:
        with database.transaction() as session:
            register_states.lock(session, [company_id])
            sync_runs.open_for_login(session, company_id, rejected_for=limits.window)
        return None


def _apply_within(
    database: Database, company_id: UUID, state: RegisterState, limits: HoldLimits, how: _Applying
) -> Alignment:
    with database.transaction() as session:
        aligned = _align(session, None, {company_id: state}, how)
        if aligned.taken:
            # What is suspended is open still.
            of = ending_budget.open_grants(session) + len(aligned.lost)
            if ending_budget.spend(session, limits, aligned.taken, of=of):
                raise _BeyondLimits
        return aligned


def apply_batch(
    database: Database,
    run_id: UUID,
    *,
    register: str,
    batch: int,
    on_departure: DepartureRules = STANDARD,
) -> int:
    """Align up to ``batch`` companies with their answers; returns how many. 0: none is left."""

    def work() -> int:
        with database.transaction() as session:
            return _apply(session, run_id, _Applying(register, on_departure), batch)

    return unless_deadlocked(work)


def _apply(session: Session, run_id: UUID, how: _Applying, batch: int) -> int:
    answers = sync_changes.answered(session, run_id, after=UUID(int=0), limit=batch)
    if not answers:
        return 0
    aligned = _align(session, run_id, answers, how)
    sync_changes.applied(session, run_id, list(answers))
    sync_runs.add_counts(
        session,
        run_id,
        applied=len(answers),
        started=len(aligned.started),
        ended=len(aligned.lost),
        suspended=len(aligned.suspended),
    )
    return len(answers)


def _try_out(
    database: Database, run_id: UUID, how: _Applying, *, after: UUID, limit: int
) -> tuple[UUID, Alignment] | None:
    """Return the batch's last company and what would change; None: no company is left."""

    def work() -> tuple[UUID, Alignment] | None:
        with database.trial() as session:
            answers = sync_changes.answered(session, run_id, after=after, limit=limit)
            if not answers:
                return None
            return max(answers), _align(session, run_id, answers, how)

    return unless_deadlocked(work)


def _align(
    session: Session, run_id: UUID | None, answers: Mapping[UUID, RegisterState], how: _Applying
) -> Alignment:
    actor = Actor(ActorKind.REGISTER, how.register, run_id)
    register_states.lock(session, list(answers))
    register_states.record_states(session, answers, actor=actor)
    return align_grants.align(session, answers, on_departure=how.on_departure, actor=actor)


def _previewed(changes: Sequence[GrantChange]) -> PreviewedGrants:
    shown = tuple(
        PreviewedGrant(change.account_id, change.person_id, change.role, dict(change.reason))
        for change in changes[:_SHOWN]
    )
    return PreviewedGrants(len(changes), shown)
