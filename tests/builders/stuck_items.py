"""A step that is stuck, without a process and its worker."""

from uuid import uuid4

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.steps import Step, StepState, Target
from storage.database import Database
from storage.ops import stuck_items
from storage.ops.stuck_items import Standstill
from storage.provisioning import steps


def get_stuck(database: Database, kind: StuckKind, code: StuckReason, target: Target) -> Step:
    step = Step("resync", uuid4(), "configure")
    with database.transaction() as session:
        steps.ask_for(session, step, target, f"resync/{step.process_id}")
        row = steps.unsettled(session, step.id, StepState.TROUBLE)
        assert row is not None
        stuck_items.open_(session, step, row, Standstill(kind, code))
    return step
