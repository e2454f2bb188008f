"""What callers see of an account and its services."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from domain.access.decisions import decide, permissions_on
from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission, Role, permissions_of
from domain.access.sight import Sight
from domain.reasons import Reason
from tests.builders.register_states import NOON

PHONE, ROUTER = uuid4(), uuid4()
P = Permission


def grant(role: str, on: UUID | None = None, frozen: frozenset[Permission] | None = None) -> Grant:
    why = Reason("given", "Because")
    return Grant(uuid4(), role, on, Origin.OPERATOR, NOON, None, why, frozen=frozen)


ADMINISTRATOR, ACCOUNTANT = grant(Role.ADMINISTRATOR), grant(Role.ACCOUNTANT)
JOINT = grant(Role.JOINT_REPRESENTATIVE)
USER_OF_PHONE, ACCOUNTANT_OF_ROUTER = grant(Role.USER, PHONE), grant(Role.ACCOUNTANT, ROUTER)
FROZEN = grant(Role.ADMINISTRATOR, PHONE, frozenset({P.SERVICE_VIEW}))
HELD = {
    "nothing": [],
    "administrator": [ADMINISTRATOR],
    "accountant": [ACCOUNTANT],
    "joint": [JOINT],
    "user-of-phone": [USER_OF_PHONE],
    "accountant-of-router": [ACCOUNTANT_OF_ROUTER],
    "several": [JOINT, USER_OF_PHONE, ACCOUNTANT_OF_ROUTER],
    "listed": [FROZEN],
}


@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
@pytest.mark.parametrize("on", [None, PHONE, ROUTER], ids=["account", "phone", "router"])
def test_deleg_1_permissions_on_a_scope_are_those_that_decisions_allow(
    held: Sequence[Grant], on: UUID | None
) -> None:
    allowed = {each for each in Permission if decide(each, held, on).allowed}

    assert permissions_on(held, on) == allowed


@pytest.mark.parametrize(
    ("held", "account", "services", "number"),
    [
        pytest.param(None, True, None, True, id="staff"),
        pytest.param([], False, set(), False, id="nothing"),
        pytest.param([ADMINISTRATOR], True, None, True, id="administrator"),
        pytest.param([ACCOUNTANT], True, set(), False, id="no-service-view"),
        pytest.param([JOINT], True, None, True, id="joint"),
        pytest.param([USER_OF_PHONE], True, {PHONE}, True, id="one-service"),
        pytest.param([ACCOUNTANT_OF_ROUTER], True, set(), False, id="service-without-view"),
        pytest.param([ACCOUNTANT, USER_OF_PHONE], True, {PHONE}, True, id="account-and-service"),
        pytest.param([FROZEN], True, {PHONE}, False, id="listed-without-number"),
    ],
)
def test_deleg_1_what_is_seen_follows_the_permissions(
    held: Sequence[Grant] | None, account: bool, services: set[UUID] | None, number: bool
) -> None:
    sight = Sight(held)

    assert sight.sees_account is account
    assert sight.services() == services
    assert sight.sees(P.NUMBER_VIEW, PHONE) is number


def test_deleg_1_staff_hold_no_permissions_and_persons_see_theirs_sorted() -> None:
    assert Sight(None).permissions() is None
    assert Sight([USER_OF_PHONE]).permissions() == []
    assert Sight([USER_OF_PHONE]).permissions(PHONE) == sorted(permissions_of(Role.USER))
