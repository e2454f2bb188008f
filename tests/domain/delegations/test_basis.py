"""Who may give what to whom, and on what it rests."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.access.grants import Origin
from domain.delegations import reasons
from domain.delegations.basis import (
    Basis,
    BasisKind,
    Ground,
    SupportingGrant,
    basis_of,
    may_manage,
    supports,
)
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.states import DelegationEnd
from tests.builders.delegation_terms import terms
from tests.builders.register_states import NOON

GIVER, OTHER, PHONE, PARENT, STATE = (uuid4() for _ in range(5))
GIVEN_ON = date(2026, 5, 3)


def grant(origin: str, role: str = "administrator", **more: Any) -> SupportingGrant:
    return SupportingGrant(uuid4(), role, more.pop("on", None), Origin(origin), **more)


SOLE = grant("register", proof=STATE, as_of=NOON)
JOINT = grant("register", "joint_representative")
SOLE_BY_READING = grant("operator", proof=STATE, by_reading=True)
JOINT_BY_READING = grant("operator", "joint_representative", proof=STATE, by_reading=True)
JOINT_BY_PAPER = grant("operator", "joint_representative")
OWN = grant("operator")
BY_NUMBER = grant("number_verification")
PASSING_ON = grant("delegation", "accountant", delegation_id=PARENT, may_pass_on=True)
PASSING_ONE_ON = grant("delegation", on=PHONE, delegation_id=PARENT, may_pass_on=True)
FOR_ONESELF = grant("delegation", "administrator", delegation_id=uuid4())
USER = grant("number_verification", "user", on=PHONE)


@pytest.mark.parametrize(
    ("owner", "held", "kind", "by"),
    [
        pytest.param(None, [SOLE], "register", SOLE, id="sole-representative"),
        pytest.param(GIVER, [OWN], "owner", OWN, id="own-account"),
        pytest.param(GIVER, [USER, BY_NUMBER], "owner", BY_NUMBER, id="own-account-by-number"),
        pytest.param(None, [PASSING_ON], "delegation", PASSING_ON, id="passes-on"),
        pytest.param(
            None, [PASSING_ONE_ON], "delegation", PASSING_ONE_ON, id="passes-one-on"
        ),
        pytest.param(None, [PASSING_ON, SOLE], "register", SOLE, id="the-owners-name-comes-first"),
        pytest.param(
            None, [JOINT, PASSING_ON], "delegation", PASSING_ON, id="joint-but-may-pass-on"
        ),
        pytest.param(OTHER, [PASSING_ON], "delegation", PASSING_ON, id="on-a-private-account"),
        pytest.param(None, [JOINT], "joint", JOINT, id="joint-representative"),
        pytest.param(None, [FOR_ONESELF, JOINT], "joint", JOINT, id="joint-and-not-passing-on"),
        pytest.param(None, [JOINT_BY_READING], "joint", JOINT_BY_READING, id="joint-by-a-reading"),
        pytest.param(None, [SOLE_BY_READING], "register", SOLE_BY_READING, id="by-a-reading"),
    ],
)  # fmt: skip
def test_deleg_4_who_may_give_on_what_basis(
    owner: Any, held: list[SupportingGrant], kind: str, by: SupportingGrant
) -> None:
    assert basis_of(GIVER, owner, held) == Ground(BasisKind(kind), by)


@pytest.mark.parametrize(
    ("owner", "held", "refusal"),
    [
        pytest.param(None, [], "not_allowed_to_give", id="no-access"),
        pytest.param(None, [USER], "not_allowed_to_give", id="user-of-a-service"),
        pytest.param(None, [OWN], "not_allowed_to_give", id="administrator-by-the-operator"),
        pytest.param(OTHER, [OWN], "not_allowed_to_give", id="administrator-of-anothers-account"),
        pytest.param(GIVER, [], "not_allowed_to_give", id="owner-without-access"),
        pytest.param(None, [JOINT_BY_PAPER], "not_allowed_to_give", id="joint-by-the-operator"),
        pytest.param(None, [FOR_ONESELF], "may_not_pass_on", id="delegated-administrator"),
    ],
)
def test_deleg_4_who_may_not_give_and_why(
    owner: Any, held: list[SupportingGrant], refusal: str
) -> None:
    assert basis_of(GIVER, owner, held) == refusal


@pytest.mark.parametrize(
    ("ground", "parent", "may"),
    [
        pytest.param(Ground(BasisKind.REGISTER, SOLE), None, True, id="representative"),
        pytest.param(
            Ground(BasisKind.REGISTER, SOLE), PARENT, True, id="representative-and-a-passed-on"
        ),
        pytest.param(Ground(BasisKind.OWNER, OWN), None, True, id="owner"),
        pytest.param(Ground(BasisKind.DELEGATION, PASSING_ON), PARENT, True, id="passed-on-below"),
        pytest.param(
            Ground(BasisKind.DELEGATION, PASSING_ON), None, False, id="given-by-the-owner-side"
        ),
        pytest.param(
            Ground(BasisKind.DELEGATION, PASSING_ON), uuid4(), False, id="passed-on-elsewhere"
        ),
        pytest.param(Ground(BasisKind.JOINT, JOINT), None, True, id="joint-alone"),
        pytest.param(Ground(BasisKind.JOINT, JOINT), PARENT, True, id="joint-alone-a-passed-on"),
        pytest.param(Refusal.NOT_ALLOWED_TO_GIVE, PARENT, False, id="nobody"),
    ],
)
def test_deleg_4_who_passes_on_manages_only_what_hangs_on_it(
    ground: Ground | Refusal, parent: Any, may: bool
) -> None:
    assert may_manage(ground, parent) == may


@pytest.mark.parametrize(
    ("ground", "facts"),
    [
        pytest.param(
            Ground(BasisKind.REGISTER, SOLE),
            {
                "kind": "register",
                "grant": str(SOLE.id),
                "register_state": str(STATE),
                "as_of": "2026-08-01T12:00:00+00:00",
            },
            id="register",
        ),
        pytest.param(
            Ground(BasisKind.OWNER, OWN), {"kind": "owner", "grant": str(OWN.id)}, id="owner"
        ),
        pytest.param(
            Ground(BasisKind.DELEGATION, PASSING_ON),
            {"kind": "delegation", "grant": str(PASSING_ON.id), "parent": str(PARENT)},
            id="delegation",
        ),
    ],
)
def test_deleg_4_what_it_rests_on_is_frozen(ground: Ground, facts: dict[str, str]) -> None:
    basis = Basis.of(ground, GIVER, GIVEN_ON)

    assert basis.as_json() == facts | {"given_on": "2026-05-03", "given_by": str(GIVER)}
    assert Basis.from_json(basis.as_json()) == basis


def test_joint_6_what_a_group_confirmed_says_by_which_approval_and_who() -> None:
    by_one = Basis.of(Ground(BasisKind.JOINT, JOINT), GIVER, GIVEN_ON)
    basis = replace(by_one, approval_id=STATE, confirmed_by=(GIVER, OTHER))

    assert basis.as_json() == {
        "kind": "joint",
        "given_on": "2026-05-03",
        "given_by": str(GIVER),
        "grant": str(JOINT.id),
        "approval": str(STATE),
        "confirmed_by": [str(GIVER), str(OTHER)],
    }
    assert Basis.from_json(basis.as_json()) == basis


@pytest.mark.parametrize(
    ("ground", "basis", "stands"),
    [
        pytest.param("joint", "joint", True, id="together-as-before"),
        pytest.param("register", "joint", True, id="alone-by-now"),
        pytest.param("joint", "register", False, id="alone-before-and-together-now"),
        pytest.param("delegation", "joint", False, id="passes-on-by-now"),
        pytest.param("owner", "owner", True, id="owner"),
    ],
)
def test_joint_6_what_a_group_confirmed_stands_while_its_giver_represents_the_company(
    ground: str, basis: str, stands: bool
) -> None:
    assert supports(BasisKind(ground), BasisKind(basis)) == stands


def test_deleg_4_an_imported_one_rests_on_no_grant_here() -> None:
    imported = Basis(BasisKind.IMPORTED, GIVEN_ON)

    assert imported.as_json() == {"kind": "imported", "given_on": "2026-05-03"}
    assert Basis.from_json(imported.as_json()) == imported


def test_deleg_4_a_grant_says_the_whole_chain() -> None:
    delegation, basis = uuid4(), Basis.of(Ground(BasisKind.REGISTER, SOLE), GIVER, GIVEN_ON)

    reason = reasons.delegated(delegation, 2, basis, terms())

    assert reason.code == "delegated"
    assert reason.facts == basis.as_json() | {
        "delegation": str(delegation),
        "version": 2,
        "from": "2026-08-01",
        "through": "2026-08-31",
    }


@pytest.mark.parametrize("how", DelegationEnd)
def test_deleg_9_every_end_has_its_reason(how: DelegationEnd) -> None:
    reason = reasons.ended(how, PARENT)

    assert reason.code == f"delegation_{how}"
    assert reason.text
    assert reason.facts == {"delegation": str(PARENT)}
