"""Models of credit limits and of their history."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.billing.schemas import AsOf, IsComplete, MaybeStale, Money
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import ResponseModel
from domain import accounts
from domain.billing.credit_limit import ChangedBy, LimitUse
from services.billing.limit_changes import ShownChange

_NEXT = "`after` for the next page; null: this is the last."


class CreditLimit(ResponseModel):
    """A limit, and what of it is used. With VAT."""

    limit: Money | None = Field(description="Null: there is none.")
    used: Money = Field(description="What of the limit is used now.")

    @classmethod
    def of(cls, use: LimitUse) -> Self:
        return cls(limit=Money.of_any(use.limit), used=Money.of(use.used))


class ServiceCreditLimit(CreditLimit):
    """The limit of a service."""

    service_id: UUID
    service: ServiceLabel | None = Field(description="Null: it has left the account.")
    product: str | None = Field(
        description="Id of the product by which the caller may order another limit, alone or with"
        " others. Null: there is none, or they may not."
    )

    @classmethod
    def of_service(
        cls,
        service_id: UUID,
        label: accounts.ServiceLabel | None,
        use: LimitUse,
        product: str | None,
    ) -> Self:
        return cls(
            service_id=service_id,
            service=ServiceLabel.of(label),
            product=product,
            **dict(CreditLimit.of(use)),
        )


class AccountCreditLimit(ResponseModel):
    """The limits of an account and of its services."""

    as_of: datetime = Field(description="When this was so.")
    stale: MaybeStale
    account: CreditLimit | None = Field(
        description="Of the account itself: only the operator changes it. Null: the caller sees"
        " single services only."
    )
    items: list[ServiceCreditLimit] = Field(
        description="By number and name; those that have left the account last."
    )
    next: str | None = Field(description=_NEXT)


class CreditLimitChanger(ResponseModel):
    """The party that changed a limit."""

    kind: ChangedBy = Field(description="Whose word it was.")
    name: str | None = Field(
        description="A customer's: for those with `access:view` on the account, staff and that"
        " person; that of the operator's staff: for staff. Null: it is not known, or not seen."
    )


class CreditLimitChange(ResponseModel):
    """A change of a limit."""

    id: str = Field(description="Id of the change, as billing gave it.")
    at: datetime = Field(description="When it was changed.")
    service_id: UUID | None = Field(description="Null: the account's own limit.")
    service: ServiceLabel | None = Field(
        description="Null: it has left the account, or it is the account's own limit."
    )
    before: Money | None = Field(
        serialization_alias="from", description="Null: there was no limit, or it is not known."
    )
    to: Money | None = Field(description="Null: there is no limit any more.")
    by: CreditLimitChanger = Field(description="Who changed it.")
    reason: str | None = Field(description="In the operator's words. Null: none is told.")
    order_id: UUID | None = Field(
        description="The order that changed it. Null: none did, or the caller does not see it."
    )

    @classmethod
    def of(cls, shown: ShownChange, label: accounts.ServiceLabel | None) -> Self:
        change = shown.change
        return cls(
            id=change.id,
            at=change.at,
            service_id=change.service_id,
            service=ServiceLabel.of(label),
            before=Money.of_any(change.before),
            to=Money.of_any(change.after),
            by=CreditLimitChanger(kind=change.by, name=shown.name),
            reason=change.reason or None,
            order_id=shown.order_id,
        )


class CreditLimitHistory(ResponseModel):
    """A page of the changes of an account's limits, the newest first."""

    as_of: AsOf
    stale: MaybeStale
    is_complete: IsComplete
    items: list[CreditLimitChange]
    next: str | None = Field(description=_NEXT)
