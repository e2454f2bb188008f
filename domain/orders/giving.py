"""A service that gives its number to another one: what it must be, and who may let it. Pure."""

from domain.access.permissions import Permission
from domain.accounts import ServiceKind, ServiceStatus
from domain.orders.refusals import OrderRefusal

TO_GIVE = Permission.CONTRACT_END
"""What a person needs on the account of the service that gives its number."""
NUMBER_GIVEN = "number"
"""Parameter of an item that names the number that a service is to get, in E.164."""


def why_not_given(
    kind: ServiceKind, status: ServiceStatus, number: str | None
) -> OrderRefusal | None:
    """Return why a service cannot give its number; None: it can."""
    if not kind.owns_number:
        return OrderRefusal.SERVICE_KIND
    if status is not ServiceStatus.ACTIVE:
        return OrderRefusal.SERVICE_STATE
    return OrderRefusal.PARAMETER_VALUE if number is None else None
