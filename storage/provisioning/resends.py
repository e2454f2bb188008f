"""Writes resends: requested here with their steps, ended here with their result."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text
from sqlmodel import Session

from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind, EventKind
from domain.inventory.characteristics import resent
from domain.processes import resend_id
from domain.provisioning.resend_settings import PROCESS, steps_of
from domain.provisioning.targets import Target, TargetKind
from domain.provisioning.undoing import UndoReason
from domain.reasons import Reason
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.processes import processes
from storage.provisioning import step_order
from storage.provisioning.shut_off import SHUT_OFF
from storage.provisioning.step_order import PlacedStep
from storage.requests import operation_queries, operations
from storage.requests.operation_queries import Operation
from storage.requests.operations import EndedOperation, Subject

ENGINE = Actor(ActorKind.ENGINE, PROCESS)
REQUESTED = "The service's settings are to be sent to the network once more"
DONE = Reason("resend_done", "The network has the service's settings")
UNDONE = {
    UndoReason.ABORTED: Reason(
        "resend_aborted", "Operations aborted it, and what was done is undone"
    ),
    UndoReason.CANCELLED: Reason(
        "resend_cancelled", "It was cancelled, and what was done is undone"
    ),
}
"""Why a resend ended without the settings being sent."""


class ServiceUnknown(Exception):
    """There is no such service."""


class ServiceEnded(Exception):
    """The service has ended: its settings are not sent any more."""


class _Owner(NamedTuple):
    account_id: UUID
    status: str
    network: str | None


def request(
    session: Session, operation_id: UUID, service_id: UUID, actor: Actor, why: str
) -> Operation:
    """Record that a resend is requested, and add its steps in the order on this service.

    Returns the operation. Repeating changes nothing. Raises ServiceUnknown or ServiceEnded.
    """
    row = session.execute(
        text("SELECT account_id, status, network FROM service WHERE id = :id"),
        {"id": service_id},
    ).one_or_none()
    if row is None:
        raise ServiceUnknown
    owner = _Owner(*row)
    if owner.status != "active":
        raise ServiceEnded
    subject = Subject(owner.account_id, service_id)
    if operations.request(session, operation_id, PROCESS, None, subject):
        network = Target.of(TargetKind.NETWORK, owner.network)
        steps = steps_of(operation_id, service_id, owner.account_id, owner.network)
        placed = [PlacedStep(step, network) for step in steps]
        step_order.add_all(session, placed, resend_id(operation_id))
        event = NewEvent(
            EventKind.SERVICE_RESEND_REQUESTED,
            subject_id=service_id,
            account_id=owner.account_id,
            reason=Reason("requested", REQUESTED, {"operation_id": str(operation_id)}),
        )
        event_id = event_notes.append(session, event, why, actor=actor)
        processes.requested_by(session, operation_id, event_id)
    return operation_queries.get(session.connection(), operation_id)


class ResendToStart(NamedTuple):
    """What a resend's workflow is started from."""

    operation_id: UUID
    service_id: UUID
    account_id: UUID
    network: str | None
    """Where its steps go: that of the service when it was requested. None: the usual one."""


def to_start(connection: Connection, operation_id: UUID) -> ResendToStart:
    """Read what the resend's workflow is started from. It must exist."""
    row = connection.execute(
        text(
            "SELECT o.id, o.subject_id, o.account_id, (SELECT NULLIF(s.target, s.target_kind)"
            " FROM step s WHERE s.process_id = o.id ORDER BY s.place LIMIT 1)"
            " FROM operation o WHERE o.id = :id"
        ),
        {"id": operation_id},
    ).one()
    return ResendToStart(*row)


class ResentService(NamedTuple):
    """The service that a resend is about, as it should be at the network."""

    id: UUID
    number: str | None
    kind: str
    network_id: str | None
    """Id by which the network knows it, where that is not ours."""
    is_ended: bool
    wanted: Mapping[str, Any]
    told: Mapping[str, Any]
    is_shut_off: bool
    """A contract of it is suspended."""

    @property
    def settings(self) -> dict[str, Any]:
        """What the network is to have of it, by the network's names."""
        characteristics = resent(ServiceKind(self.kind), self.wanted, self.told)
        return {"msisdn": self.number, "kind": self.kind, **characteristics}

    @property
    def known_as(self) -> str:
        """Id by which the network knows it."""
        return self.network_id or str(self.id)


def service_of(session: Session, operation_id: UUID) -> ResentService | None:
    """Read the service that this resend is about. None: there is none any more."""
    row = session.execute(
        text(
            "SELECT s.id, s.number, s.kind, s.network_id, s.status = 'ended',"
            f" s.wanted, s.told, {SHUT_OFF}"
            " FROM operation o JOIN service s ON s.id = o.subject_id WHERE o.id = :id"
        ),
        {"id": operation_id},
    ).one_or_none()
    return ResentService(*row) if row else None


def complete(session: Session, operation_id: UUID, skipped_steps: Sequence[str]) -> None:
    """End the operation as succeeded. Repeating changes nothing.

    ``skipped_steps``: actions that operators decided to do without.
    """
    result = {"skipped_steps": list(skipped_steps)}
    operation = operations.succeeded(session, operation_id, result)
    if operation is not None:
        _record_end(session, operation, DONE, ENGINE)


def close(session: Session, operation_id: UUID, why: Reason, actor: Actor) -> None:
    """End the operation as cancelled. Repeating changes nothing. Undoes nothing by itself."""
    operation = operations.cancelled(session, operation_id, why)
    if operation is not None:
        _record_end(session, operation, why, actor)


def _record_end(session: Session, operation: EndedOperation, why: Reason, actor: Actor) -> None:
    event = NewEvent(
        EventKind.SERVICE_RESEND_ENDED,
        subject_id=operation.subject_id,
        account_id=operation.account_id,
        reason=Reason(why.code, why.text, {"operation_id": str(operation.id)}),
        after={"state": operation.state},
    )
    events.append(session, [event], actor=actor)
