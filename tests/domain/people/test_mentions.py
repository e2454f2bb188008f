"""Who is named in a free text: by whatever a person is recognised by, and by nothing less."""

from uuid import UUID

import pytest

from domain.identifiers import PersonKey
from domain.people.mentions import Identity, Mention
from tests.builders.people import TOOMAS

ID = UUID("5f9e2a34-0000-4000-8000-1234567890ab")
WHO = Identity(ID, TOOMAS, frozenset({"Toomas Tuulik"}), frozenset({"+37255598761"}))


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (f"see {ID}", Mention.ID),
        ("39104210248 called", Mention.CODE),
        ("EE39104210248", Mention.CODE),
        ("PNOEE-39104210248", Mention.CODE),
        ("391 0421 0248", Mention.CODE),
        ("39104210248, Toomas Tuulik", Mention.CODE),
        ("+372 5559 8761", Mention.NUMBER),
        ("0037255598761", Mention.NUMBER),
        ("call 55598761.", Mention.NUMBER),
        ("toomas  tuulik called", Mention.NAME),
        ("Tuulik, Toomas", Mention.NAME),
        ("Tuulik Toomas", Mention.NAME),
        ("", None),
        ("Toomas", None),
        ("Tuulik", None),
        ("139104210248", None),
        ("391042102489", None),
        ("555987612", None),
        ("Toomas Tuulikas", None),
        ("customer called", None),
    ],
)
def test_fault_23_a_person_is_found_in_text(text: str, by: Mention | None) -> None:
    assert WHO.mentioned_in(text) is by


def test_fault_23_a_short_foreign_code_does_not_match_inside_other_words() -> None:
    who = Identity(ID, PersonKey("XX", "A.1"), frozenset({""}), frozenset())

    assert who.mentioned_in("A1 and XX-A.1") is Mention.CODE
    assert who.mentioned_in("A12, BA1, kA1") is None


def test_fault_23_signs_in_names_are_no_patterns() -> None:
    who = Identity(ID, TOOMAS, frozenset({"A. (B)"}), frozenset())

    assert who.mentioned_in("A. (B) called") is Mention.NAME
    assert who.mentioned_in("AB B called") is None
