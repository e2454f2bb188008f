"""The list of permissions, and what the access roles make of it."""

import re

import pytest

from domain.access.permissions import (
    ACCESS_ROLES,
    GIVEN_BY_NAME,
    Permission,
    Role,
    permissions_of,
)

CHANGES = re.compile(r".+:(set|manage|start|end|order|pay|request)")
"""Whatever is not looking at something changes something."""
LOOKS = re.compile(r".+:(view|history|full)")


def test_every_permission_is_resource_and_action_and_the_list_is_sorted() -> None:
    names = [permission.value for permission in Permission]

    assert all(re.fullmatch(r"[a-z_]+:[a-z]+", name) for name in names)
    assert names == sorted(names)


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_known_to_read_or_to_change(permission: Permission) -> None:
    assert bool(CHANGES.fullmatch(permission)) != bool(LOOKS.fullmatch(permission))


def test_every_role_has_its_set() -> None:
    assert set(ACCESS_ROLES) == set(Role)
    assert all(ACCESS_ROLES[role].name is role for role in Role)


def test_an_administrator_may_do_everything_but_what_is_given_by_name() -> None:
    assert permissions_of("administrator") == frozenset(Permission) - GIVEN_BY_NAME


def test_bill_5_whole_numbers_of_others_are_in_no_role() -> None:
    held = frozenset[Permission]().union(*(role.permissions for role in ACCESS_ROLES.values()))

    assert Permission.CALL_DETAILS_FULL in GIVEN_BY_NAME
    assert not held & GIVEN_BY_NAME


@pytest.mark.parametrize("role", [Role.USER, Role.JOINT_REPRESENTATIVE])
def test_read_only_roles_hold_no_permission_that_changes_anything(role: Role) -> None:
    held = permissions_of(role)

    assert held
    assert {each for each in held if not LOOKS.fullmatch(each)} <= {Permission.CALL_DETAILS_REQUEST}


def test_bill_5_a_user_makes_extracts_of_call_details() -> None:
    asked = {Permission.CALL_DETAILS_REQUEST, Permission.CALL_DETAILS_VIEW}

    assert asked <= permissions_of(Role.USER)


def test_a_user_sees_neither_bills_nor_who_has_access() -> None:
    resources = {permission.partition(":")[0] for permission in permissions_of(Role.USER)}

    assert not resources & {"access", "invoice", "balance", "contract"}


def test_an_accountant_sees_and_pays_bills_and_changes_nothing_else() -> None:
    held = permissions_of(Role.ACCOUNTANT)

    assert {p for p in held if CHANGES.fullmatch(p)} == {Permission.INVOICE_PAY}
    assert Permission.ACCESS_MANAGE not in held


def test_joint_6_a_joint_representative_alone_sees_everything_and_changes_nothing() -> None:
    looks = {permission for permission in Permission if LOOKS.fullmatch(permission)} - GIVEN_BY_NAME

    assert permissions_of(Role.JOINT_REPRESENTATIVE) == looks


@pytest.mark.parametrize("name", ["", "Administrator", "root", "ADMINISTRATOR"])
def test_an_unknown_role_may_do_nothing(name: str) -> None:
    assert permissions_of(name) == frozenset()
