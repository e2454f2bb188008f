"""Starts an attempt at a step: finds it, and marks it as being sent or asked about.

In the first transaction of an attempt, before the target is called.
"""

from collections.abc import Mapping
from dataclasses import replace

from activities.provisioning import settle_step
from activities.provisioning.attempt import Attempt, MarkProcess, mark_operation, wait
from activities.provisioning.effect import Effect, Outcome
from activities.provisioning.held_up import held_up, take_up_retry
from domain.provisioning.attempts import Prepared
from domain.provisioning.next_action import NextAction, StepSnapshot, next_action
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import Step, StepWait
from domain.provisioning.target_pauses import Probing, is_let_through
from domain.provisioning.targets import Target, TargetState
from storage.database import Session
from storage.provisioning import first_sending, overtaking, step_order, steps, targets, undoing
from storage.provisioning.step_rows import FoundStep


class AttemptStarter:
    """Starts attempts, each in the caller's transaction."""

    def __init__(self, rules: StepRules, marks: Mapping[str, MarkProcess]) -> None:
        self._rules = rules
        self._marks = marks

    def start(
        self, session: Session, step: Step, effect: Effect, workflow_id: str
    ) -> tuple[Attempt, Outcome | None]:
        """Start an attempt; the outcome is one where the target is not to be called.

        Raises what ``Effect.prepare`` raises: roll back then.
        """
        first = self._first(session, step, effect, workflow_id)
        if first is not None:
            return first
        attempt = self.find(session, step, effect, workflow_id)
        outcome = held_up(session, attempt)
        return (attempt, outcome) if outcome is not None else self._prepare(session, attempt)

    def find(
        self,
        session: Session,
        step: Step,
        effect: Effect,
        workflow_id: str,
        action: NextAction | None = None,
    ) -> Attempt:
        """Lock the step and choose what to do with it; ``action`` where that is given."""
        target = Target.of(effect.kind, step.destination)
        found = step_order.lock(session, step, target, workflow_id)
        if found.undo_reason is not None:
            undoing.mark_known(session, step.id)
        if action is None:
            action = self._action(session, found, effect)
        retry = take_up_retry(session, found, action)
        return Attempt(
            step=step,
            effect=effect,
            found=found,
            action=action,
            decision_no=retry.decision_no,
            correction=retry.correction,
            version=found.version,
            mark_process=self._marks.get(step.process, mark_operation),
        )

    def _first(
        self, session: Session, step: Step, effect: Effect, workflow_id: str
    ) -> tuple[Attempt, Outcome | None] | None:
        """Mark a step as being sent that nothing holds up; None: look what holds it up."""
        target = Target.of(effect.kind, step.destination)
        found = first_sending.mark(session, step, target, workflow_id)
        if found is None:
            return None
        attempt = Attempt(
            step=step,
            effect=effect,
            found=found,
            action=NextAction.SEND,
            decision_no=found.decision_no,
            correction=found.correction,
            version=found.version,
            mark_process=self._marks.get(step.process, mark_operation),
        )
        if effect.prepare(session, step, attempt.seen) is Prepared.READY:
            return attempt, None
        first_sending.take_back(session, step)
        return attempt, settle_step.nothing_to_do(session, attempt)

    def _action(self, session: Session, found: FoundStep, effect: Effect) -> NextAction:
        snapshot = StepSnapshot(
            state=found.state,
            is_ended=found.is_ended,
            decision=found.decision.decision if found.decision else None,
            is_blocked=found.is_blocked,
            can_ask=effect.can_be_asked,
            must_undo=found.undo_reason is not None,
        )
        action = next_action(snapshot)
        if action in {NextAction.SEND, NextAction.ASK} and self._must_wait(session, found):
            return NextAction.WAIT
        return action

    def _must_wait(self, session: Session, found: FoundStep) -> bool:
        """Return True where the target takes no step now, or the step's turn has not come."""
        if found.is_early:
            return True
        if found.target_state is TargetState.AVAILABLE:
            return False
        probing = Probing(found.target_state, found.probe_in, found.has_failed, found.is_chosen)
        may = is_let_through(probing)
        return not (may and targets.claim_probe(session, found.target, self._rules))

    def _prepare(self, session: Session, attempt: Attempt) -> tuple[Attempt, Outcome | None]:
        """Mark the step as being sent or asked about; the outcome is one where it is not."""
        step, found = attempt.step, attempt.found
        if attempt.action is NextAction.WAIT:
            what = StepWait.ORDER if found.is_blocked else StepWait.TARGET
            return attempt, wait(session, attempt, what)
        prepared = attempt.effect.prepare(session, step, attempt.seen)
        if found.is_listed and not found.is_undecided:  # it goes on, as an operator decided
            attempt.goes_on(session)
        if attempt.action is NextAction.ASK:
            return replace(attempt, version=steps.mark_asking(session, step.id)), None
        if prepared is Prepared.NOTHING:
            return attempt, settle_step.nothing_to_do(session, attempt)
        version = steps.mark_sending(session, step.id)
        if step.urgent:
            overtaking.mark_overtaken(session, step)
        return replace(attempt, version=version), None
