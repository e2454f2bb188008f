"""Shapes that several answers share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.access.grants import Grant
from domain.access.permissions import permissions_of
from domain.reasons import Reason


class ResponseModel(BaseModel):
    """Everything that is answered."""

    model_config = ConfigDict(frozen=True)


class RequestModel(BaseModel):
    """Everything that is asked: a field that nobody knows is a mistake, not a wish."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ReasonShape(ResponseModel):
    """Why something is so: a code for programs, a text for people, and what it is about."""

    code: str
    text: str
    facts: dict[str, Any] = {}

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(code=reason.code, text=reason.text, facts=reason.facts)

    @classmethod
    def of_json(cls, value: dict[str, Any] | None) -> Self | None:
        """From the shape in which reasons are stored."""
        return cls(**value) if value else None


class GrantShape(ResponseModel):
    """One access role, on an account or on one service of it, for a time."""

    id: UUID
    role: str
    permissions: list[str]
    service_id: UUID | None = Field(description="Null: the whole account.")
    origin: str
    since: datetime
    until: datetime | None = Field(description="Null: until something ends it.")
    reason: ReasonShape
    as_of: datetime | None = Field(description="When its source last confirmed it.")

    @classmethod
    def of(cls, grant: Grant) -> Self:
        return cls(
            id=grant.id,
            role=grant.role,
            permissions=sorted(permissions_of(grant.role)),
            service_id=grant.service_id,
            origin=grant.origin,
            since=grant.since,
            until=grant.until,
            reason=ReasonShape.of(grant.reason),
            as_of=grant.as_of,
        )


class Holding(ResponseModel):
    """What somebody holds, all grants taken together, and each of them."""

    roles: list[str]
    permissions: list[str] = Field(
        description="On the account or on a service of it: `grants` tells on which."
    )
    since: datetime = Field(description="Of the grant that has lasted longest.")
    until: datetime | None = Field(description="Of the grant that lasts longest; null: no end.")
    reason: ReasonShape = Field(description="Of the grant that has lasted longest.")
    as_of: datetime | None = Field(description="The newest confirmation of any of the grants.")
    grants: list[GrantShape]


def summary(grants: Sequence[Grant]) -> dict[str, Any]:
    """The fields of a Holding. ``grants`` are sorted by their start, and there is one at least."""
    ends = [grant.until for grant in grants]
    known = [end for end in ends if end is not None]
    permissions = {p for grant in grants for p in permissions_of(grant.role)}
    return {
        "roles": sorted({grant.role for grant in grants}),
        "permissions": sorted(permissions),
        "since": grants[0].since,
        "until": max(known) if len(known) == len(ends) else None,
        "reason": ReasonShape.of(grants[0].reason),
        "as_of": max((g.as_of for g in grants if g.as_of is not None), default=None),
        "grants": [GrantShape.of(grant) for grant in grants],
    }


def _plain(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("has characters that cannot be seen")
    return text


SingleLine = Annotated[str, AfterValidator(_plain)]
"""One line of text."""


class ReasonInput(RequestModel):
    """Why the caller decides or asks for something."""

    reason: SingleLine = Field(min_length=3, max_length=500, description="Kept in the history.")
