"""Re-sendings of a service's settings: asked for here, carried out by their workflow."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.provisioning.resend_settings import PROCESS, steps_of, workflow_id
from domain.provisioning.targets import Target
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.provisioning import steps
from storage.requests import operations
from storage.requests.operations import Subject


class ServiceEnded(Exception):
    """The network is not told of services that have ended."""


def ask(
    session: Session, operation_id: UUID, service_id: UUID, actor: Actor, why: str
) -> Row[Any] | None:
    """Write down that it is asked for, and its place among all that concerns this service.

    Returns the operation; None: there is no such service. Repeating changes nothing. Raises
    ServiceEnded.
    """
    service = session.execute(
        text("SELECT account_id, status FROM service WHERE id = :id"), {"id": service_id}
    ).one_or_none()
    if service is None:
        return None
    if service.status != "active":
        raise ServiceEnded
    about = Subject(service.account_id, service_id)
    if operations.request(session, operation_id, PROCESS, None, about):
        for step in steps_of(operation_id, service_id, service.account_id):
            steps.ask_for(session, step, Target.NETWORK, workflow_id(operation_id))
        line = NewEvent(
            EventKind.SERVICE_RESEND_REQUESTED,
            subject_id=service_id,
            account_id=service.account_id,
            reason=Reason("asked", why, {"operation_id": str(operation_id)}),
        )
        events.append(session, [line], actor=actor, at=events.now(session))
    return operations.read(session.connection(), operation_id)


def close(session: Session, operation_id: UUID, why: Reason, actor: Actor) -> None:
    """End a re-sending as it is, with nothing undone. One that has ended stays as it is."""
    row = operations.cancelled(session, operation_id, why.as_json())
    if row is None:
        return
    line = NewEvent(
        EventKind.SERVICE_RESEND_ENDED,
        subject_id=row.subject_id,
        account_id=row.account_id,
        reason=Reason(why.code, why.text, {"operation_id": str(row.id)}),
        after={"state": row.state},
    )
    events.append(session, [line], actor=actor, at=events.now(session))
