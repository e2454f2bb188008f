"""A step that is stuck, without a process and its worker."""

from uuid import uuid4

from access.steps import Step, StepState, Target
from access.stuck import StuckKind, StuckReason
from storage import steps, stuck
from storage.database import Database
from storage.stuck import Standstill


def get_stuck(database: Database, kind: StuckKind, code: StuckReason, target: Target) -> Step:
    step = Step("resync", uuid4(), "configure")
    with database.transaction() as session:
        steps.ask_for(session, step, target, f"resync/{step.process_id}")
        row = steps.unsettled(session, step.id, StepState.TROUBLE)
        assert row is not None
        stuck.open_(session, step, row, Standstill(kind, code))
    return step
