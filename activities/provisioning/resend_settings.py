"""Re-sending a service's settings to the network. Everything here may happen twice."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, text
from temporalio import activity

from activities.adapters.tmf640 import Network
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import Steps
from domain.audit import Actor, ActorKind, EventKind
from domain.provisioning.resend_settings import NETWORK_ID, PROCESS
from domain.provisioning.steps import Answer, Done, NotDone, Step, StepState
from domain.provisioning.targets import Target
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database, Session
from storage.ops import stuck_items
from storage.provisioning import steps
from storage.requests import operations

ENGINE = Actor(ActorKind.ENGINE, PROCESS)
DONE = Reason("resend_done", "The network has the service's settings")
ABORTED = Reason("resend_aborted", "Operations ended it, and what was done is undone")


class ResendEnd(BaseModel, frozen=True):
    """How a re-sending ended. ``left_out``: what operations decided to do without."""

    operation_id: UUID
    aborted: bool = False
    left_out: tuple[str, ...] = ()


class _OnNetwork:
    """What every effect on a service at the network has in common."""

    target = Target.NETWORK
    can_be_asked = True

    def __init__(self, network: Network) -> None:
        self._network = network
        self._id = ""
        self._change: dict[str, Any] = {}

    def prepare(self, session: Session, step: Step) -> bool:
        """Find the service, and the id by which the network knows it."""
        operations.running(session, step.process_id, Target.NETWORK)
        service = _service(session, step)
        if service is None:
            return False
        corrected = steps.corrections(session, step.process_id)
        self._id = str(corrected.get(NETWORK_ID, service.id))
        change = self.change(session, step, service)
        self._change = change or {}
        return change is not None

    def change(self, session: Session, step: Step, service: Row[Any]) -> dict[str, Any] | None:
        """What to change; None: nothing."""
        raise NotImplementedError

    def hand_over(self, key: str) -> Answer:
        return self._network.change(self._id, self._change, key)

    def ask(self, key: str) -> Answer | None:
        return self._network.ask(key)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Nothing of ours changes with it."""


class _Read(_OnNetwork):
    """What the network has is kept, so that it can be put back."""

    def change(self, session: Session, step: Step, service: Row[Any]) -> dict[str, Any]:  # noqa: ARG002
        return {}

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # reading needs none
        return Done(self._network.read(self._id))

    def ask(self, key: str) -> Answer | None:  # noqa: ARG002 # reading again is as good
        return None


class _Configure(_OnNetwork):
    def change(self, session: Session, step: Step, service: Row[Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"settings": {"msisdn": service.number, "kind": service.kind}}


class _Activate(_OnNetwork):
    def change(self, session: Session, step: Step, service: Row[Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"state": "active"}


class _Restore(_OnNetwork):
    """Puts back what ``configure`` or ``activate`` may have changed."""

    def change(self, session: Session, step: Step, service: Row[Any]) -> dict[str, Any] | None:  # noqa: ARG002
        before = steps.read(session, step.process_id, "read")
        undone = steps.read(session, step.process_id, step.undoes or "")
        if before is None or before.receipt is None or undone is None or not _may_have(undone):
            return None
        if step.undoes == "activate":
            return {"state": before.receipt["state"]}
        had = before.receipt["settings"]
        return {"settings": {name: had.get(name) for name in ("msisdn", "kind")}}


def _may_have(row: Row[Any]) -> bool:
    """Whether this step happened, or may have."""
    return row.state in {StepState.DONE, StepState.ABORTING}


def _service(session: Session, step: Step) -> Row[Any] | None:
    return session.execute(
        text(
            "SELECT s.id, s.number, s.kind FROM operation o JOIN service s ON s.id = o.subject_id"
            " WHERE o.id = :id"
        ),
        {"id": step.process_id},
    ).one_or_none()


class ResendActivities:
    """The process's hands."""

    def __init__(self, database: Database, steps_: Steps, network: Network) -> None:
        self._database = database
        self._steps = steps_
        self._network = network

    @activity.defn(name="resync.read")
    def read(self, step: Step) -> Outcome:
        """Read what the network has."""
        return self._steps.carry_out(step, _Read(self._network))

    @activity.defn(name="resync.configure")
    def configure(self, step: Step) -> Outcome:
        """Send the settings that we have."""
        return self._steps.carry_out(step, _Configure(self._network))

    @activity.defn(name="resync.activate")
    def activate(self, step: Step) -> Outcome:
        """Have it active."""
        return self._steps.carry_out(step, _Activate(self._network))

    @activity.defn(name="resync.restore")
    def restore(self, step: Step) -> Outcome:
        """Put back what the network had before."""
        return self._steps.carry_out(step, _Restore(self._network))

    @activity.defn(name="resync.end")
    def end(self, ended: ResendEnd) -> None:
        """Write down how it ended; those behind it on the service may go. Repeating is harmless."""
        with self._database.transaction() as session:
            steps.drop_left(session, ended.operation_id)
            stuck_items.end_process(session, ended.operation_id, ENGINE)
            if ended.aborted:
                row = operations.cancelled(session, ended.operation_id, ABORTED.as_json())
            else:
                result = {"left_out": list(ended.left_out)}
                row = operations.succeeded(session, ended.operation_id, result)
            if row is not None:
                _tell(session, row, ABORTED if ended.aborted else DONE)


def _tell(session: Session, row: Row[Any], why: Reason) -> None:
    line = NewEvent(
        EventKind.SERVICE_RESEND_ENDED,
        subject_id=row.subject_id,
        account_id=row.account_id,
        reason=Reason(why.code, why.text, {"operation_id": str(row.id)}),
        after={"state": row.state},
    )
    events.append(session, [line], actor=ENGINE, at=events.now(session))
