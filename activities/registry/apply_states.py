"""Weighing what a run would do to access, and doing it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from temporalio import activity

from activities.heartbeat import heartbeating
from domain.audit import Actor, ActorKind
from domain.reasons import Reason
from domain.registry.register import RegisterState
from storage.access.grants import GrantChange
from storage.database import Database, Session
from storage.registry import align_grants, register_states, sync_runs
from storage.registry.align_grants import Alignment

_SHOWN = 500
"""How many lines of each kind a preview keeps; it always tells how many there are."""

_ANSWERS = text("""
SELECT company_id, answer FROM sync_change
WHERE run_id = :run AND state = 'answered' AND company_id > :after
ORDER BY company_id LIMIT :most
""")

_APPLIED = text("""
UPDATE sync_change SET state = 'applied', answer = NULL
WHERE run_id = :run AND company_id = ANY(:companies)
""")

_OPEN_GRANTS = text("""
SELECT count(*) FROM access_grant WHERE upper_inf(validity) AND origin = 'register'
""")


@dataclass(frozen=True, slots=True)
class HoldLimits:
    """What no run may take away without a person's word."""

    share: float = 0.02
    least: int = 20

    def exceeded(self, ending: int, held: int) -> bool:
        """Whether ending so many of so many grants needs a person."""
        return ending >= self.least and ending > self.share * held


class Applying:
    """From the register's answers to grants: first tried out, then done."""

    def __init__(
        self, database: Database, limits: HoldLimits, *, source: str, batch: int = 500
    ) -> None:
        self._database = database
        self._limits = limits
        self._source = source
        self._batch = batch

    @activity.defn
    def weigh(self, run_id: UUID) -> bool:
        """Try the whole run out and undo it again; returns whether it may be applied.

        What is previewed is what would happen, because it is the same code. A run that would end
        too much is held, with the preview kept for the person who decides.
        """
        trial = Alignment()
        with heartbeating() as tell, self._database.trial() as session:
            held: int = session.execute(_OPEN_GRANTS).scalar_one()
            for answers in self._answers(session, run_id):
                trial += self._take_in(session, run_id, answers)
                tell(len(trial.ended))
        if not self._limits.exceeded(len(trial.ended), held):
            return True
        text_ = f"Would end {len(trial.ended)} of {held} grants"
        with self._database.transaction() as session:
            reason = Reason("too_much_would_end", text_)
            sync_runs.hold(session, run_id, _preview(trial, held), reason)
        return False

    @activity.defn
    def apply(self, run_id: UUID) -> int:
        """Align the companies of the run with their answers, batch by batch; returns how many.

        Each batch is one transaction and marks its answers as applied, so a repetition goes on
        where the last one stopped. Heartbeats with the companies so far.
        """
        done = 0
        with heartbeating() as tell:
            while applied := self._apply_batch(run_id):
                done += applied
                tell(done)
        return done

    def _apply_batch(self, run_id: UUID) -> int:
        with self._database.transaction() as session:
            answers = next(self._answers(session, run_id), None)
            if not answers:
                return 0
            aligned = self._take_in(session, run_id, answers)
            session.execute(_APPLIED, {"run": run_id, "companies": list(answers)})
            numbers = {
                "applied": len(answers),
                "started": len(aligned.started),
                "ended": len(aligned.ended),
            }
            sync_runs.add(session, run_id, numbers)
        return len(answers)

    def _answers(self, session: Session, run_id: UUID) -> Iterator[dict[UUID, RegisterState]]:
        after = UUID(int=0)
        while True:
            rows = session.execute(
                _ANSWERS, {"run": run_id, "after": after, "most": self._batch}
            ).all()
            if not rows:
                return
            yield {row.company_id: register_states.from_json(row.answer) for row in rows}
            after = rows[-1].company_id

    def _take_in(
        self, session: Session, run_id: UUID, answers: Mapping[UUID, RegisterState]
    ) -> Alignment:
        actor = Actor(ActorKind.REGISTER, self._source, run_id)
        register_states.lock(session, list(answers))
        register_states.believe(session, answers, actor=actor)
        return align_grants.align(session, answers, actor=actor)


def _preview(trial: Alignment, held: int) -> dict[str, Any]:
    return {
        "held": held,
        "ending": {"total": len(trial.ended), "shown": _lines(trial.ended)},
        "starting": {"total": len(trial.started), "shown": _lines(trial.started)},
    }


def _lines(changes: Sequence[GrantChange]) -> list[dict[str, Any]]:
    return [
        {
            "account_id": str(change.account_id),
            "person_id": str(change.person_id),
            "role": change.role,
            "reason": dict(change.reason),
        }
        for change in changes[:_SHOWN]
    ]
