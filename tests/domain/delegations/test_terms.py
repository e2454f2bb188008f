"""What a delegation gives: from a role or composed."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from domain.access.permissions import Permission, permissions_of
from domain.delegations import terms
from domain.delegations.refusals import DelegationRefused
from tests.builders import delegation_terms

P = Permission


@pytest.mark.parametrize("role", ["administrator", "accountant", "user"])
def test_deleg_3_a_role_gives_its_list(role: str) -> None:
    assert terms.of_role(role, may_pass_on=True) == (role, permissions_of(role))


def test_deleg_4_a_delegated_administrator_manages_access_only_with_passing_on() -> None:
    _, passing_on = terms.of_role("administrator", may_pass_on=True)
    _, alone = terms.of_role("administrator", may_pass_on=False)

    assert passing_on - alone == {P.ACCESS_MANAGE}
    assert alone < passing_on


@pytest.mark.parametrize("role", ["joint_representative", "composed", "owner", ""])
def test_deleg_3_a_role_that_cannot_be_given_is_refused(role: str) -> None:
    with pytest.raises(DelegationRefused, match="unknown_role"):
        terms.of_role(role, may_pass_on=True)


@pytest.mark.parametrize(
    ("names", "permissions"),
    [
        pytest.param(["invoice:pay"], {P.INVOICE_PAY}, id="one"),
        pytest.param(["sim:view", "sim:view"], {P.SIM_VIEW}, id="named-twice"),
        pytest.param([], set(), id="none"),
    ],
)
def test_deleg_3_permissions_are_chosen_one_by_one(
    names: Sequence[str], permissions: set[Permission]
) -> None:
    assert terms.composed(names) == ("composed", frozenset(permissions))


@pytest.mark.parametrize("name", ["invoice:burn", "INVOICE:PAY", "*", ""])
def test_deleg_3_an_unknown_permission_is_refused(name: str) -> None:
    with pytest.raises(DelegationRefused, match="unknown_permission"):
        terms.composed(["invoice:pay", name])


def test_deleg_3_there_is_a_grant_for_each_service_or_one_for_the_account() -> None:
    services = sorted([uuid4(), uuid4()])

    assert delegation_terms.terms(on=services).scopes == services
    assert delegation_terms.terms().scopes == [None]


def test_deleg_3_terms_with_other_permissions_are_no_roles() -> None:
    whole = delegation_terms.terms(*permissions_of("accountant"), role="accountant")

    assert whole.with_permissions(whole.permissions) == whole
    assert whole.with_permissions(delegation_terms.PAYING).role == "composed"
