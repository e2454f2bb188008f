"""Members of staff have one pseudonymous id each."""

from uuid import UUID

import pytest

from domain.staff import StaffMember, staff_id, user_name

KEY = bytes(32)
ISSUER = "https://staff.operator.example"


def test_fault_21_an_id_is_a_uuid_and_always_the_same() -> None:
    id_ = staff_id(KEY, ISSUER, "kati")

    assert id_ == staff_id(KEY, ISSUER, "kati") == "2a4eaa38-5345-82a4-a6e6-8dee5d81d3ba"
    assert str(UUID(id_)) == id_


@pytest.mark.parametrize(
    ("key", "issuer", "subject"),
    [
        (bytes(31) + b"\1", ISSUER, "kati"),
        (KEY, f"{ISSUER}/", "kati"),
        (KEY, ISSUER, "Kati"),
        (KEY, f"{ISSUER}kati", ""),
        (KEY, ISSUER, f'", "{ISSUER}'),
        (KEY, "cli", "kati"),
    ],
)
def test_fault_21_another_key_issuer_or_subject_is_another_id(
    key: bytes, issuer: str, subject: str
) -> None:
    assert staff_id(key, issuer, subject) != staff_id(KEY, ISSUER, "kati")


def test_fault_21_where_issuer_and_subject_meet_matters() -> None:
    assert staff_id(KEY, "ab", "c") != staff_id(KEY, "a", "bc")
    assert staff_id(KEY, 'a", "b', "c") != staff_id(KEY, "a", 'b", "c')


@pytest.mark.parametrize("name", ["õie", " Õie\n", "O\u0303IE", "\uff2f\u0303ie"])
def test_fault_21_a_users_name_counts_in_one_way(name: str) -> None:
    assert user_name(name) == "õie"
    assert StaffMember.of_command(KEY, name).id == staff_id(KEY, "cli", "õie")


def test_fault_21_a_name_is_in_no_repr_and_in_no_actor() -> None:
    member = StaffMember.of_command(KEY, "kati")

    assert "kati" not in f"{member!r} {member.actor!r} {member.actor.as_json()}"
