"""Yes or no, and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.access.decisions import decide
from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission, Role
from domain.reasons import Reason
from tests.builders.register_states import NOON

PHONE, ROUTER = uuid4(), uuid4()
LATER, LATEST = NOON + timedelta(days=1), NOON + timedelta(days=2)
P = Permission


def grant(
    role: str = Role.ADMINISTRATOR,
    *,
    service: UUID | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    why: str = "sole_representation",
) -> Grant:
    reason = Reason(why, "Because")
    return Grant(uuid4(), role, service, Origin.REGISTER, NOON, until, reason, as_of)


@pytest.mark.parametrize(
    ("held", "asked", "service", "reasons"),
    [
        pytest.param([grant()], P.INVOICE_PAY, None, ["sole_representation"], id="account"),
        pytest.param(
            [grant()],
            P.USAGE_VIEW,
            PHONE,
            ["sole_representation"],
            id="account-covers-its-services",
        ),
        pytest.param(
            [grant("user", service=PHONE, why="number")],
            P.USAGE_VIEW,
            PHONE,
            ["number"],
            id="own-service",
        ),
        pytest.param(
            [grant("accountant", why="delegated"), grant()],
            P.INVOICE_VIEW,
            None,
            ["delegated", "sole_representation"],
            id="two-grants-two-reasons",
        ),
        pytest.param(
            [grant("joint_representative", why="joint"), grant()],
            P.INVOICE_PAY,
            None,
            ["sole_representation"],
            id="only-the-grant-that-allows-is-a-reason",
        ),
    ],
)
def test_allowed_with_the_reason_of_each_grant(
    held: Sequence[Grant], asked: Permission, service: UUID | None, reasons: list[str]
) -> None:
    decision = decide(asked, held, service)

    assert decision.allowed
    assert [reason.code for reason in decision.reasons] == reasons
    assert len(decision.grants) == len(reasons)


@pytest.mark.parametrize(
    ("held", "asked", "service", "reasons"),
    [
        pytest.param([], P.USAGE_VIEW, None, ["no_access"], id="nothing-held"),
        pytest.param(
            [grant("user", service=PHONE)],
            P.USAGE_VIEW,
            ROUTER,
            ["other_service"],
            id="anothers-service",
        ),
        pytest.param(
            [grant(service=PHONE)],
            P.USAGE_VIEW,
            None,
            ["other_service"],
            id="a-service-is-not-the-account",
        ),
        pytest.param(
            [grant("user", service=PHONE)],
            P.SERVICE_ORDER,
            PHONE,
            ["permission_not_in_role"],
            id="a-user-orders-nothing",
        ),
        pytest.param(
            [grant("joint_representative"), grant("accountant")],
            P.SERVICE_ORDER,
            None,
            ["permission_not_in_role", "permission_not_in_role"],
            id="no-role-of-several-has-it",
        ),
        pytest.param(
            [grant("composed")],
            P.USAGE_VIEW,
            None,
            ["permission_not_in_role"],
            id="a-role-nobody-knows",
        ),
        pytest.param(
            [grant("accountant"), grant(service=ROUTER)],
            P.SERVICE_ORDER,
            PHONE,
            ["permission_not_in_role"],
            id="the-right-role-on-the-wrong-service",
        ),
    ],
)
def test_refused_with_the_missing_requirement(
    held: Sequence[Grant], asked: Permission, service: UUID | None, reasons: list[str]
) -> None:
    decision = decide(asked, held, service)

    assert not decision.allowed
    assert [reason.code for reason in decision.reasons] == reasons
    assert (decision.grants, decision.valid_until, decision.as_of) == ((), None, None)


def test_a_no_names_the_role_and_the_permission_that_it_lacks() -> None:
    held = grant("accountant")

    (reason,) = decide(P.SERVICE_ORDER, [held]).reasons

    assert reason.facts == {
        "grant": str(held.id),
        "role": "accountant",
        "permission": "service:order",
    }


@pytest.mark.parametrize(
    ("held", "until"),
    [
        pytest.param([grant()], None, id="no-end-known"),
        pytest.param([grant(until=LATER)], LATER, id="until-it-ends"),
        pytest.param([grant(until=LATER), grant(until=LATEST)], LATEST, id="until-the-last-ends"),
        pytest.param([grant(until=LATER), grant()], None, id="one-has-no-end"),
        pytest.param(
            [grant(until=LATER), grant("joint_representative")],
            LATER,
            id="what-does-not-allow-it-does-not-count",
        ),
    ],
)
def test_validity_of_an_allowing_decision(held: Sequence[Grant], until: datetime | None) -> None:
    assert decide(P.INVOICE_PAY, held).valid_until == until


@pytest.mark.parametrize(
    ("held", "as_of"),
    [
        pytest.param([grant()], None, id="a-source-that-cannot-be-asked"),
        pytest.param([grant(as_of=NOON)], NOON, id="when-it-was-last-confirmed"),
        pytest.param([grant(as_of=NOON), grant(as_of=LATER)], LATER, id="the-newest"),
        pytest.param([grant(as_of=NOON), grant()], NOON, id="the-one-that-is-known"),
    ],
)
def test_freshness_of_an_allowing_decision(held: Sequence[Grant], as_of: datetime | None) -> None:
    assert decide(P.INVOICE_PAY, held).as_of == as_of


def test_deleg_3_frozen_permissions_decide_whatever_the_role_has() -> None:
    reason = Reason("delegated", "Given")
    frozen = frozenset({P.INVOICE_VIEW})
    held = [
        Grant(uuid4(), "accountant", None, Origin.DELEGATION, NOON, LATER, reason, frozen=frozen)
    ]

    assert decide(P.INVOICE_VIEW, held).allowed
    refused = decide(P.INVOICE_PAY, held)
    assert not refused.allowed
    assert refused.reasons[0].text == "What was given does not include invoice:pay"
