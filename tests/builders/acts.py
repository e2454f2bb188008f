"""Acts that people confirm, with a good value for whatever a test does not name."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from domain.approvals import act_data
from domain.approvals.act_data import Given
from domain.approvals.acts import Act, ActKind
from tests.builders.delegation_terms import terms

COMPANY, ACCOUNT, DELEGATION, RECEIVER, REQUEST = (UUID(int=n) for n in range(1, 6))
SERVICES = (UUID(int=7), UUID(int=6))
GIVEN = Given(
    DELEGATION,
    1,
    RECEIVER,
    terms(on=SERVICES, first=date(2026, 8, 1), last=date(2026, 12, 31)),
)
MAKE: Mapping[ActKind, Callable[[], Act]] = {
    ActKind.DELEGATION_GIVE: lambda: act_data.give(COMPANY, ACCOUNT, GIVEN),
    ActKind.DELEGATION_RENEW: lambda: act_data.renew(COMPANY, ACCOUNT, GIVEN),
    ActKind.DELEGATIONS_KEEP: lambda: act_data.keep(COMPANY, ACCOUNT, {DELEGATION: 2}),
    ActKind.ACCESS_REQUEST_APPROVE: lambda: act_data.approve_request(
        COMPANY, ACCOUNT, REQUEST, GIVEN
    ),
}
"""An act of each kind."""
