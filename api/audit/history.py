"""Events as histories show them to people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.access.chains import ChainLink
from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http.schemas import After, Before, NamedActor, Reason, ResponseModel
from api.http.sentences import reader_of
from domain import audit
from domain.audit import ActorKind, EventKind
from domain.delegations.chains import Reader, is_delegated
from runtime.sentences import Sentences
from services.delegations.chains import Chain
from services.delegations.chains import chains as chains_behind
from storage.audit.event_queries import NamedEvent
from storage.database import Connection


class HistoryEvent(ResponseModel):
    """One event of an account's or a person's history."""

    id: int = Field(description="Id of the event. They grow, with gaps.")
    at: datetime = Field(description="When it was written.")
    happened_at: datetime = Field(
        description="When it happened: before `at` where dates brought it about and it was written"
        " later."
    )
    kind: EventKind = Field(description="`<subject>:<action>`. More may be added.")
    actor: NamedActor
    subject_id: UUID | None = Field(description="The grant, account or service it concerns.")
    person_id: UUID | None = Field(
        description="Null also of a delegation that another person has not accepted."
    )
    person_name: str | None = Field(description="Null where `person_id` is, or unknown.")
    reason: Reason | None = Field(description="Why it happened. Null: nothing was said.")
    note: str | None = Field(
        description="What an operator wrote. Null: nobody did, it is erased, or the caller is no"
        " staff."
    )
    before: Before
    after: After
    sentence: str | None = Field(
        description="Of what a delegation gives: through which day, and who gave it on what"
        " authority, in the language of `Accept-Language`. Null: another event."
    )
    chain: list[ChainLink] = Field(
        description="The same as links, up to the owner's name. Empty: another event."
    )


class HistoryPage(ResponseModel):
    """A page of history."""

    items: list[HistoryEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@dataclass(frozen=True, slots=True)
class Histories:
    """Shows events to one caller, in one language."""

    admitted: Authorized
    sentences: Sentences

    def shown(
        self, connection: Connection, found: Sequence[NamedEvent], viewer: UUID | None = None
    ) -> list[HistoryEvent]:
        """Return the events as the caller may see them; ``viewer``: the person who asks."""
        reasons = [each.event.reason for each in found]
        facts = [why.get("facts", {}) for why in reasons if why and is_delegated(why)]
        reader = reader_of(connection, self.admitted) if facts else Reader()
        chains = iter(chains_behind(connection, facts, reader))
        return [
            self._event(each, next(chains) if is_delegated(each.event.reason) else (), viewer)
            for each in found
        ]

    def _event(self, found: NamedEvent, chain: Chain, viewer: UUID | None) -> HistoryEvent:
        shown = _event(found, self.admitted, viewer)
        if not chain:
            return shown
        said = self.sentences.delegated(chain)
        links = [ChainLink.of(link) for link in chain]
        return shown.model_copy(update={"sentence": said, "chain": links})


def _event(found: NamedEvent, admitted: Authorized, viewer: UUID | None) -> HistoryEvent:
    """Return the event as the caller may see it: notes and ids of staff are for staff only.

    Programs see no names. ``viewer``: the person who asks; a delegation tells nobody else who they
    are before they accept.
    """
    event = found.event
    is_staff = isinstance(admitted.caller, StaffCaller)
    is_program = admitted.person is None and not is_staff
    is_shown = admitted.person is None or found.has_accepted or event.person_id == viewer
    acted = audit.Actor.from_json(event.actor, found.staff_name or found.actor_name)
    actor = NamedActor.of(acted)
    if actor.kind is ActorKind.OPS and not is_staff:
        actor = NamedActor(kind=actor.kind, id="operator")
    elif is_program:
        actor = actor.model_copy(update={"name": None})
    elif not is_staff and acted.person_id != viewer and _may_have_declined(found, acted):
        actor = NamedActor(kind=actor.kind, id="")
    return HistoryEvent(
        id=event.id,
        at=event.at,
        happened_at=event.happened_at,
        kind=EventKind(event.kind),
        actor=actor,
        subject_id=event.subject_id,
        person_id=event.person_id if is_shown else None,
        person_name=found.person_name if is_shown and not is_program else None,
        reason=Reason.of_json(event.reason),
        note=found.note if is_staff else None,
        before=event.before,
        after=event.after,
        sentence=None,
        chain=[],
    )


def _may_have_declined(found: NamedEvent, acted: audit.Actor) -> bool:
    """Return whether the actor may be somebody who declined, and whom nobody else is to know.

    They are behind the notice that tells the giver, too.
    """
    event = found.event
    if event.kind == EventKind.NOTICE_CREATED:
        return acted.person_id != event.person_id
    return not found.has_accepted and acted.person_id == event.person_id
