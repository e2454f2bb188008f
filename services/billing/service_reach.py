"""What is shown to somebody of one service beside the service itself: its use, limits and calls."""

from dataclasses import dataclass
from uuid import UUID

from domain.access.permissions import Permission
from domain.access.sight import Sight
from services.billing.billed_services import Viewer
from services.call_details.holders import holder_of
from storage.database import Connection, now


@dataclass(frozen=True, slots=True)
class ServiceReach:
    """What somebody who sees a service is answered of it."""

    usage: bool
    """What was used of it."""
    credit_limit: bool
    call_details: bool
    """They may ask for an extract of it."""


def reach_of_service(
    connection: Connection, account_id: UUID, service_id: UUID, sight: Sight, who: Viewer
) -> ServiceReach:
    """Return what they are answered of a service that they see.

    Of a number that they proved, and that somebody else has proved since, permissions tell too
    much: of it nothing is shown.
    """
    if who.person_id is None or sight.held is None:
        return ServiceReach(
            usage=sight.sees(Permission.USAGE_VIEW, service_id),
            credit_limit=sight.sees(Permission.CREDIT_LIMIT_VIEW, service_id),
            call_details=False,
        )
    holder = holder_of(connection, who.person_id, account_id, who.zone)

    def shows(permission: Permission) -> bool:
        seen = sight.sees(permission, service_id)
        return seen and holder.sums_since(service_id, permission) is not None

    return ServiceReach(
        shows(Permission.USAGE_VIEW),
        shows(Permission.CREDIT_LIMIT_VIEW),
        bool(holder.levels(service_id, now(connection))),
    )
