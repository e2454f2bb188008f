"""Models of grants and of the services that they are on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Reason, ResponseModel
from domain import accounts
from domain.access import grants as domain_grants
from domain.access.permissions import Permission
from domain.accounts import ServiceKind


class ServiceLabel(ResponseModel):
    """Label of a service, for people."""

    id: UUID
    kind: ServiceKind
    number: str | None = Field(
        description="E.164. Null: it has none, or the caller has no `number:view` on it."
    )
    name: str = Field(description="Name of the service, for people.")

    @classmethod
    def of(cls, label: accounts.ServiceLabel | None) -> Self | None:
        """The label; None for None."""
        if label is None:
            return None
        return cls(id=label.id, kind=label.kind, number=label.number, name=label.name)


class GrantFacts(ResponseModel):
    """One access role on an account, or on one service of it, for a period."""

    id: UUID
    role: str
    service_id: UUID | None = Field(description="Null: the whole account.")
    service: ServiceLabel | None = Field(
        description="The service as it is now. Null: the whole account, or the caller has no"
        " `service:view` on it now; also of a past moment in `/v1/me/accounts`."
    )
    origin: domain_grants.Origin = Field(description="Where the grant comes from.")
    since: datetime = Field(description="From when on it is valid.")
    until: datetime | None = Field(description="Null: until something ends it.")
    reason: Reason = Field(description="Why there is this grant.")
    as_of: datetime | None = Field(description="When its source last confirmed it.")

    @staticmethod
    def fields(
        grant: domain_grants.Grant, services: Mapping[UUID, accounts.ServiceLabel]
    ) -> dict[str, Any]:
        """Return these fields. ``services``: labels of those that the caller sees."""
        label = services.get(grant.service_id) if grant.service_id else None
        return {
            "id": grant.id,
            "role": grant.role,
            "service_id": grant.service_id,
            "service": ServiceLabel.of(label),
            "origin": grant.origin,
            "since": grant.since,
            "until": grant.until,
            "reason": Reason.of(grant.reason),
            "as_of": grant.as_of,
        }


class Grant(GrantFacts):
    """One access role on an account, or on one service of it, for a period."""

    permissions: list[Permission]

    @classmethod
    def of(cls, grant: domain_grants.Grant, services: Mapping[UUID, accounts.ServiceLabel]) -> Self:
        """Show a grant. ``services``: labels of those that the caller sees."""
        return cls(permissions=sorted(grant.permissions), **cls.fields(grant, services))
