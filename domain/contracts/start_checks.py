"""Whether a contract can be started: pure rules, each with its reason.

Permissions are checked elsewhere, and credit by billing when the service is set up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.accounts import ServiceKind, ServiceStatus
from domain.catalogue.actions import ItemAction
from domain.catalogue.contract_terms import ContractTerms
from domain.catalogue.parameters import complete
from domain.catalogue.products import Product
from domain.contracts.dates import add_months
from domain.contracts.reasons import ContractRefused, StartRefusal
from domain.orders.refusals import OrderRejected


@dataclass(frozen=True, slots=True)
class Host:
    """The service that a contract is to rest on."""

    kind: ServiceKind
    status: ServiceStatus
    number: str | None
    sim: str | None
    """ICCID, where it is known."""
    is_used_by_starter: bool
    has_one_already: bool
    """A contract of the same product rests on it."""
    is_suspended: bool = False
    """It was lost or stolen."""
    is_sim_able: bool | None = None
    """Whether a Mobiil-ID fits into its SIM; None: nobody told, and the network finds out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants a contract for."""

    months: int
    parameters: Mapping[str, Any]
    number: str | None = None
    """Of the service that it starts, E.164."""


def require_startable(product: Product, wanted: Wanted, host: Host | None) -> Mapping[str, Any]:
    """Return the parameters, with the product's defaults. Raises ContractRefused."""
    terms = product.contract
    if terms is None or not product.is_orderable:
        raise ContractRefused(StartRefusal.PRODUCT_NOT_OFFERED)
    if wanted.months not in terms.months:
        raise ContractRefused(StartRefusal.MONTHS_NOT_OFFERED)
    _require_host(terms, host)
    needs_number = ServiceKind.MOBILE in product.kinds
    if needs_number != (wanted.number is not None):
        raise ContractRefused(StartRefusal.PARAMETER_INVALID)
    if not product.characteristics:
        if wanted.parameters:
            raise ContractRefused(StartRefusal.PARAMETER_INVALID)
        return {}
    try:
        return complete(product, ItemAction.ADD, wanted.parameters)
    except OrderRejected:
        raise ContractRefused(StartRefusal.PARAMETER_INVALID) from None


def _require_host(terms: ContractTerms, host: Host | None) -> None:
    if terms.host is None:
        if host is not None:
            raise ContractRefused(StartRefusal.HOST_UNSUITABLE)
        return
    if host is None:
        raise ContractRefused(StartRefusal.HOST_UNKNOWN)
    fits = host.kind is terms.host and host.status is ServiceStatus.ACTIVE
    is_ready = host.number is not None and host.sim is not None and not host.is_suspended
    is_able = is_ready and host.is_sim_able is not False
    if not (fits and is_able and host.is_used_by_starter) or host.has_one_already:
        raise ContractRefused(StartRefusal.HOST_UNSUITABLE)


def require_age(terms: ContractTerms, born_on: date | None, today: date) -> None:
    """Raise ContractRefused where whoever agrees is too young, or may be: unknown is not yes."""
    if terms.minimum_age is None:
        return
    if born_on is None:
        raise ContractRefused(StartRefusal.AGE_UNKNOWN)
    if add_months(born_on, 12 * terms.minimum_age) > today:
        raise ContractRefused(StartRefusal.TOO_YOUNG)
