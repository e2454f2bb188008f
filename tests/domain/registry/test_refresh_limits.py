"""Limits that one refresh uses."""

from datetime import timedelta
from uuid import UUID

from domain.rates import Rate, Use
from domain.registry.refresh_limits import RefreshLimit, RefreshLimits

MARI = UUID(int=1)
PERSON, CLIENT, QUOTA = (Rate(count, timedelta(hours=1)) for count in (1, 2, 3))
LIMITS = RefreshLimits(
    {
        RefreshLimit.PERSON: PERSON,
        RefreshLimit.CLIENT: CLIENT,
        RefreshLimit.CLIENT_QUOTA: QUOTA,
    }
)


def test_fault_12_a_refresh_counts_for_its_person_and_for_the_program_that_requests_it() -> None:
    assert LIMITS.of_refresh(MARI, "issuer portal") == [
        Use("refresh_person", str(MARI), PERSON),
        Use("refresh_client", "issuer portal", CLIENT),
        Use("refresh_client_quota", "issuer portal", QUOTA),
    ]
