"""Credit limits: how much an account and each of its services may use on credit, and what changed.

With VAT, as the bill is. Billing keeps the limits; a service's is changed by an order of a product
that sets it there, the account's own by the operator alone (decision 0073).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.accounts import ServiceKind, ServiceStatus
from domain.billing.money import Money
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Product
from domain.catalogue.step_actions import StepAction


class LimitUse(NamedTuple):
    """A limit, and what of it is used; the limit is None where there is none."""

    limit: Money | None
    used: Money


@dataclass(frozen=True, slots=True)
class CreditLimits:
    """The limits of an account, as billing says they are at ``as_of``."""

    account: LimitUse
    services: Mapping[UUID, LimitUse]
    as_of: datetime


class ChangedBy(StrEnum):
    """The party that changed a limit."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    SYSTEM = "system"


class LimitChange(NamedTuple):
    """A change of a limit."""

    id: str
    """Billing's own."""
    at: datetime
    service_id: UUID | None
    """None: the account's own limit."""
    before: Money | None
    """None: there was no limit, or billing does not say."""
    after: Money | None
    """None: there is no limit any more."""
    by: ChangedBy
    name: str
    """Of whoever changed it; empty: billing does not say. A person's: not for everybody."""
    reason: str
    """In billing's words, for the customer; empty: it does not say."""
    booking: str
    """Idempotency key of the booking that changed it; empty: none of ours did."""


@dataclass(frozen=True, slots=True)
class LimitHistory:
    """The changes of an account's limits, the newest first."""

    changes: Sequence[LimitChange]
    is_whole: bool
    """None is missing: all were read, and each could be."""

    def older_than(self, at: datetime, id_: str) -> Sequence[LimitChange]:
        """Return what comes after this change, which may be known no more."""
        places = [each.id for each in self.changes]
        if id_ in places:
            return self.changes[places.index(id_) + 1 :]
        return [each for each in self.changes if each.at < at]


def product_setting_it(
    catalogue: Iterable[Product], kind: ServiceKind, status: ServiceStatus
) -> Product | None:
    """Return the product by which the limit of such a service is changed; None: there is none.

    One that has a step which sets the limit at billing, and whose orders state what it becomes.
    Where there are several, the first by id.
    """
    found = [
        each
        for each in catalogue
        if each.is_orderable
        and each.contract is None
        and kind in each.kinds
        and status in each.states
        and ItemAction.MODIFY in each.actions
        and any(step.do is StepAction.SET_LIMIT for step in each.steps)
    ]
    return min(found, key=lambda each: each.id, default=None)
