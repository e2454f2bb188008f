"""Events as histories show them to people."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http.schemas import After, Before, NamedActor, Reason, ResponseModel
from domain import audit
from domain.audit import ActorKind, EventKind
from storage.audit.event_queries import NamedEvent


class HistoryEvent(ResponseModel):
    """One event of an account's or a person's history."""

    id: int
    at: datetime
    kind: EventKind = Field(description="`<subject>:<action>`. More may be added.")
    actor: NamedActor
    subject_id: UUID | None = Field(description="The grant, account or service it concerns.")
    person_id: UUID | None = Field(
        description="Null also of a delegation that another person has not accepted."
    )
    person_name: str | None = Field(description="Null where `person_id` is, or unknown.")
    reason: Reason | None
    note: str | None = Field(
        description="What an operator wrote. Null: nobody did, it is erased, or the caller is no"
        " staff."
    )
    before: Before
    after: After


class HistoryPage(ResponseModel):
    """A page of history."""

    items: list[HistoryEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def history_event(
    found: NamedEvent, admitted: Authorized, viewer: UUID | None = None
) -> HistoryEvent:
    """Return the event as the caller may see it: notes and ids of staff are for staff only.

    ``viewer``: the person who asks; a delegation tells nobody else who they are before they accept.
    """
    event = found.event
    is_staff = isinstance(admitted.caller, StaffCaller)
    is_shown = admitted.person is None or found.has_accepted or event.person_id == viewer
    acted = audit.Actor.from_json(event.actor, found.staff_name or found.actor_name)
    actor = NamedActor.of(acted)
    if actor.kind is ActorKind.OPS and not is_staff:
        actor = NamedActor(kind=actor.kind, id="operator")
    elif not is_shown and acted.person_id == event.person_id:  # who declines
        actor = NamedActor(kind=actor.kind, id="")
    return HistoryEvent(
        id=event.id,
        at=event.at,
        kind=EventKind(event.kind),
        actor=actor,
        subject_id=event.subject_id,
        person_id=event.person_id if is_shown else None,
        person_name=found.person_name if is_shown else None,
        reason=Reason.of_json(event.reason),
        note=found.note if is_staff else None,
        before=event.before,
        after=event.after,
    )
