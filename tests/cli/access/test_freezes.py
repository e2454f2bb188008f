"""deleg.18: an operator freezes from a shell, and sees what is frozen; nobody lifts there."""

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

    assert (person.json["frozen"], person.json["subject"]) == ("person", str(mari))
    assert (by_reference.json["frozen"], by_reference.json) == ("account", again.json)
    assert [each["id"] for each in listed.json] == [by_reference.json["id"], person.json["id"]]
    assert str(mari) in volitus("freeze", "list").out
    assert "credential_stolen" in shown.out
    for said in (person, shown):
        assert "two members of staff" in said.err
        assert f"/v1/ops/freezes/{person.json['id']}/lift" in said.err
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
        (("person", "EE38001010001", *WHY), 2, ""),
        (("show", uuid4()), 1, "No freeze has this id"),
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
