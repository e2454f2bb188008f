"""Models that several routes share."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
)

from domain import audit, reasons
from domain.audit import ActorKind
from domain.days import is_in_every_calendar
from domain.visible_text import is_visible

_KEPT = "kept"


def _unless_kept(value: str | None, info: SerializationInfo) -> str | None:
    return None if info.context == _KEPT else value


Erasable = Annotated[str | None, PlainSerializer(_unless_kept)]
"""A name of staff, or what they wrote: it is stored in one table, where it can be erased.

So it is null in the answer to a POST, which is kept for repetitions: a caller knows it anyway.
"""


class ResponseModel(BaseModel):
    """Base of every model in an answer."""

    model_config = ConfigDict(frozen=True)

    def to_keep(self) -> dict[str, Any]:
        """The model as JSON in an answer that is kept for repetitions of the request."""
        return self.model_dump(mode="json", context=_KEPT)


class RequestModel(BaseModel):
    """Base of every model of a request body. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Reason(ResponseModel):
    """Why something was decided: a code for programs, a text for people, and the facts."""

    code: str = Field(description="Stable code, for programs. More may be added.")
    text: str = Field(description="The same in words, as it was stored.")
    facts: dict[str, Any] = Field(
        {},
        description="What the text is about, by name: ids, codes, numbers and dates.",
    )

    @classmethod
    def of(cls, reason: reasons.Reason) -> Self:
        return cls(code=reason.code, text=reason.text, facts=reason.facts)

    @classmethod
    def of_json(cls, value: dict[str, Any] | None) -> Self | None:
        """The reason in its stored form; None for None."""
        return cls(**value) if value else None


class Actor(ResponseModel):
    """The actor who caused an event."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    kind: ActorKind = Field(
        description="`person`: who logged in; `portal`: a program, for a person; `system`: a"
        " program, for itself; `ops`: a member of staff; `register`; `engine`: Volitus itself."
    )
    id: str = Field(
        description="Id of a person or client, or pseudonymous id of a member of staff (a UUID),"
        " which is `operator` in answers to others than staff; empty where there is none."
    )
    run: UUID | None = Field(None, description="The sync run that caused it, if one did.")
    for_person: UUID | None = Field(
        None, alias="for", description="The person for whom a `portal` acted."
    )
    break_glass: bool = Field(
        False,
        description="Whether a member of staff ran a command without signing in, in an emergency.",
    )

    @classmethod
    def of(cls, actor: audit.Actor) -> Self:
        return cls(
            kind=actor.kind,
            id=actor.id,
            run=actor.run_id,
            for_person=actor.for_person,
            break_glass=actor.broke_glass,
        )


class NamedActor(Actor):
    """The actor who caused an event, with a name where the caller may see it."""

    name: Erasable = Field(
        None,
        description="Name of a member of staff, for staff; in an account's history also of the"
        " person who acted or for whom a portal did: for staff, and for others where that person"
        " had access to the account then. Null: there is none, it is erased, or this answers a"
        " POST.",
    )

    @classmethod
    def of(cls, actor: audit.Actor) -> Self:
        return super().of(actor).model_copy(update={"name": actor.name})


Before = Annotated[
    dict[str, Any] | None,
    Field(description="Fields of the subject before the event. `kind` says which there are."),
]
After = Annotated[dict[str, Any] | None, Field(description="The same fields after the event.")]


CLOCK_SKEW = timedelta(minutes=1)
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", re.ASCII)


def _not_in_future(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + CLOCK_SKEW:
        raise ValueError("nobody knows who will have access in the future")
    return moment


def _written(value: object) -> object:
    """Refuse what pydantic would take for seconds since 1970."""
    if isinstance(value, str) and not _RFC_3339.match(value):
        raise ValueError("is not a moment as in RFC 3339, with its offset")
    if not isinstance(value, str | datetime):
        raise ValueError("is not text")  # noqa: TRY004 # pydantic turns ValueErrors into faults
    return value


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC, which the database and every reader must be able to say."""
    try:
        told = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None
    if not is_in_every_calendar(told):
        raise ValueError("is out of range")
    return told


AnyMoment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
"""RFC 3339 with its offset; in UTC once it is read."""
Moment = Annotated[AnyMoment, AfterValidator(_not_in_future)]


def _plain(text: str) -> str:
    if not is_visible(text):
        raise ValueError("has characters that cannot be seen")
    return text


SingleLine = Annotated[str, AfterValidator(_plain)]
"""One line of text."""


class ReasonInput(RequestModel):
    """Why the caller decides or asks for something."""

    reason: SingleLine = Field(
        min_length=3,
        max_length=500,
        description="Why you decide so. Stored as a note that only staff can read.",
    )
