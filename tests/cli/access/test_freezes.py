"""deleg.18: an operator freezes from a shell and sees what is frozen; two people lift it there."""

from uuid import UUID, uuid4

import pytest

from services.access.freezes import read_freeze
from services.parties.people import ensure_person
from storage.database import Database
from tests.builders.freezes import lift
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, put, rows
from tests.builders.staff import OPERATOR
from tests.clients.cli_runner import Volitus

OFFICE = account(KUUSK)
WHY = ("--code", "credential_stolen", "--reason", "caller says the card was stolen", "--yes")


def test_deleg_18_a_person_and_an_account_are_frozen_and_shown(
    volitus: Volitus, database: Database
) -> None:
    put(database, OFFICE)
    mari = ensure_person(database, MARI)

    person = volitus("freeze", "person", mari, *WHY, "--json")
    by_reference = volitus("freeze", "account", OFFICE.reference, *WHY, "--json")
    again = volitus("freeze", "account", OFFICE.id, *WHY, "--json")
    listed = volitus("freeze", "list", "--json")
    shown = volitus("freeze", "show", person.json["id"])

    assert (person.json["person_id"], person.json["account_id"]) == (str(mari), None)
    assert (by_reference.json["account_id"], by_reference.json) == (str(OFFICE.id), again.json)
    assert [each["id"] for each in listed.json] == [by_reference.json["id"], person.json["id"]]
    assert str(mari) in volitus("freeze", "list").out
    assert "credential_stolen" in shown.out
    for said in (person, shown):
        assert "two members of staff" in said.err
        assert f"volitus freeze request-lift {person.json['id'][:8]} " in said.err
    events = rows(database, f"{NOTED} WHERE kind LIKE 'access:%' ORDER BY id")
    assert {(each.kind, each.actor["id"], each.note) for each in events} == {
        ("access:frozen", OPERATOR, WHY[3])
    }


def test_deleg_18_lifted_ones_are_listed_on_request(volitus: Volitus, database: Database) -> None:
    id_ = volitus("freeze", "person", ensure_person(database, MARI), *WHY, "--json").json["id"]
    lift(database, read_freeze(database, UUID(id_)))

    assert volitus("freeze", "list", "--json").json == []
    (found,) = volitus("freeze", "list", "--all", "--json").json
    shown = volitus("freeze", "show", id_)
    assert (found["id"], found["lifted_at"] is None) == (id_, False)
    assert (shown.code, shown.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("person", uuid4(), *WHY), 1, "No person has this id"),
        (("account", uuid4(), *WHY), 1, "No account has the id or reference"),
        (("person", uuid4(), *WHY[:-1]), 2, "Use --yes"),
        (("person", "EE38001010001", *WHY), 1, "--person-code-stdin"),
        (("person", *WHY), 2, "Specify the person"),
        (("show", uuid4()), 1, "No freeze has the id"),
        (("lift", uuid4()), 2, ""),
    ],
)
def test_deleg_18_what_is_refused(
    volitus: Volitus, database: Database, words: tuple[object, ...], code: int, said: str
) -> None:
    result = volitus("freeze", *words)

    assert result.code == code
    assert said in result.err
    assert rows(database, "SELECT FROM suspension") == []


def test_step_13_two_members_of_staff_lift_a_freeze_from_a_shell(
    volitus: Volitus, database: Database
) -> None:
    id_ = volitus("freeze", "person", ensure_person(database, MARI), *WHY, "--json").json["id"]
    kati, mart, why = volitus, volitus.by("staff-mart"), ("--reason", "a new card")

    early = mart("freeze", "lift", id_, *why)
    asked = kati("freeze", "request-lift", id_, *why, "--json")
    alone = kati("freeze", "lift", id_, *why)
    still = volitus("freeze", "list", "--json").json
    lifted = mart("freeze", "lift", id_, *why, "--json")

    assert (early.code, asked.code, alone.code, lifted.code) == (1, 0, 1, 0)
    assert "(lift_not_requested)" in early.err
    assert "(second_person_needed)" in alone.err
    assert [each["id"] for each in still] == [id_]
    assert asked.json["lift_requested_by"]["name"] == "Kati Kask"
    assert lifted.json["lifted_by"]["name"] == "Mart Mänd"
    assert volitus("freeze", "list", "--json").json == []


def test_step_13_a_request_to_lift_is_withdrawn(volitus: Volitus, database: Database) -> None:
    id_ = volitus("freeze", "person", ensure_person(database, MARI), *WHY, "--json").json["id"]
    why = ("--reason", "not sure")

    volitus("freeze", "request-lift", id_, *why)
    withdrawn = volitus.by("staff-mart")("freeze", "withdraw-lift", id_, *why, "--json")

    assert withdrawn.json["lift_requested_by"] is None
    assert "(lift_not_requested)" in volitus("freeze", "lift", id_, *why).err
    assert volitus("freeze", "lift", uuid4(), *why).err.startswith("No freeze has the id")
