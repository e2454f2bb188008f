"""Stuck items for tests, put in place without a process, by what processes call."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import resend_id
from domain.provisioning.resend_settings import steps_of
from domain.provisioning.steps import Step, StepState
from domain.provisioning.stuck_steps import Cause, StepFailure
from domain.provisioning.targets import Target, TargetKind
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.ops import stuck_items
from storage.provisioning import resends, step_order, steps
from storage.provisioning.steps import Unsettled
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, rows, service

OPS_ACTOR = Actor(ActorKind.OPS, "ann")
REFUSED = StepFailure(StuckKind.REFUSED, Cause(StuckReason.SERVICE_UNKNOWN, "60"))
BUSY = StepFailure(StuckKind.TROUBLE, Cause(StuckReason.BUSY))
LOST = StepFailure(StuckKind.DOUBT, Cause(StuckReason.ANSWER_LOST))
STATES = {
    StuckKind.REFUSED: StepState.REFUSED,
    StuckKind.TROUBLE: StepState.TROUBLE,
    StuckKind.DOUBT: StepState.DOUBT,
}


def services(database: Database, number: int, *, of: int = 1) -> list[ServiceFacts]:
    """Services of account number ``of``, with numbers of their own."""
    owner = account(KUUSK, of)
    put(database, owner)
    made = [service(100 * of + n, owner, phone=f"+37255{of:02}{n:04}") for n in range(number)]
    put_service(database, *made)
    return made


def asked(database: Database, about: ServiceFacts) -> UUID:
    """A re-sending that is asked for; gives the operation."""
    operation_id = uuid4()
    with database.transaction() as session:
        resends.request(session, operation_id, about.id, OPS_ACTOR, "a test")
    return operation_id


def stick(
    database: Database,
    about: ServiceFacts,
    why: StepFailure = REFUSED,
    *,
    action: str = "read",
    target: TargetKind = TargetKind.NETWORK,
    ago: timedelta = timedelta(0),
) -> Row[Any]:
    """A re-sending that is stuck since then; gives its row."""
    operation_id = asked(database, about)
    (step,) = (s for s in steps_of(operation_id, about.id, about.account_id) if s.action == action)
    with database.transaction() as session:
        step_order.lock(session, step, Target.of(target), resend_id(operation_id))
        steps.mark_sending(session, step.id)
        row = steps.record_unsettled(session, step.id, Unsettled(STATES[why.kind], why.cause))
        assert row is not None
        stuck_items.open_(session, step, row.attempts, why)
    carry_out(
        database,
        "UPDATE stuck SET since = since - CAST(:ago AS interval), target = :target WHERE id = :id",
        id=step.id,
        ago=ago,
        target=target,
    )
    return the(database, step.id)


def the(database: Database, id_: UUID) -> Row[Any]:
    """Return the stuck item of this id."""
    (row,) = rows(database, "SELECT * FROM stuck WHERE id = :id", id=id_)
    return row


def heal(database: Database, id_: UUID, resolution: Resolution = Resolution.HEALED) -> None:
    """Close the item as healed."""
    with database.transaction() as session:
        assert (
            stuck_items.close(session, id_, resolution, Actor(ActorKind.ENGINE, "resend"))
            is not None
        )


def get_stuck(database: Database, kind: StuckKind, code: StuckReason, target: TargetKind) -> Step:
    step = Step("resend", uuid4(), "configure")
    with database.transaction() as session:
        step_order.lock(session, step, Target.of(target), f"resend/{step.process_id}")
        how = Unsettled(StepState.TROUBLE, Cause(code))
        row = steps.record_unsettled(session, step.id, how)
        assert row is not None
        stuck_items.open_(session, step, row.attempts, StepFailure(kind, Cause(code)))
    return step
