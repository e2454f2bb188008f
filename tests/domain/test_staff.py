"""Members of staff have one pseudonymous id each."""

from uuid import UUID

import pytest

from domain.audit import Actor
from domain.staff import StaffMember, staff_id

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


def test_step_13_an_act_behind_broken_glass_is_marked_and_names_nobody() -> None:
    member = StaffMember.behind_broken_glass(KEY, "kati@bastion")
    stored = member.actor.as_json()

    assert stored == {
        "kind": "ops",
        "id": staff_id(KEY, "break_glass", "kati@bastion"),
        "break_glass": True,
    }
    assert Actor.from_json(stored) == member.actor
    assert "break_glass" not in StaffMember(member.id, "Kati").actor.as_json()


def test_fault_21_a_name_is_in_no_repr_and_in_no_actor() -> None:
    member = StaffMember.behind_broken_glass(KEY, "kati")

    assert "kati" not in f"{member!r} {member.actor!r} {member.actor.as_json()}"
