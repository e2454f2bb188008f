"""What the register says of a company that suspends what is delegated on its accounts."""

import pytest

from domain.access.suspensions import SUSPENDING, suspends_delegations
from domain.registry.register import CompanyStatus
from tests.builders.people import MARI
from tests.builders.register_states import sole, state

S = CompanyStatus


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(S.ACTIVE, None, id="active"),
        pytest.param(S.LIQUIDATION, None, id="liquidation"),
        pytest.param(S.BANKRUPT, "the company is bankrupt", id="bankrupt"),
        pytest.param(S.DELETED, "the company is deleted", id="deleted"),
    ],
)
def test_deleg_6_a_company_that_does_not_act_for_itself_any_more_suspends(
    status: CompanyStatus, text: str | None
) -> None:
    reason = suspends_delegations(state(sole(MARI), status=status))

    assert (reason is not None) is (status in SUSPENDING) is (text is not None)
    if reason and text:
        said = f"Delegations are suspended: {text}, says the register of 2026-08-01 12:00 UTC"
        assert (reason.code, reason.text) == ("delegations_suspended", said)
        assert (reason.facts["status"], reason.facts["as_of"]) == (
            status,
            "2026-08-01T12:00:00+00:00",
        )
