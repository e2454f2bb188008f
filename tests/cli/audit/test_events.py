"""Reading the history at a shell, and finding out whether it is whole."""

from uuid import UUID

import pytest

from domain.identifiers import CompanyKey, PersonKey
from storage.database import Database
from tests.builders import rows
from tests.builders.import_files import COMPANY, PERSON
from tests.builders.rows import account, behind_its_back
from tests.clients.cli_runner import Volitus

FIRM = CompanyKey("EE", COMPANY)
MARI = PersonKey("EE", PERSON)


@pytest.fixture
def with_events(database: Database) -> Database:
    """Two accounts; a person's own one comes with a grant."""
    rows.put(database, account(FIRM, 1), account(MARI, 2))
    return database


def test_the_newest_come_last(volitus: Volitus, with_events: Database) -> None:
    events = volitus("events", "list", "--json").json

    assert [event["position"] for event in events] == [1, 2, 3]
    assert [event["kind"] for event in events] == [
        "account:created",
        "account:created",
        "grant:started",
    ]
    assert events[-1]["reason"]["code"] == "own_account"
    assert events[0]["actor"] == {"kind": "system", "id": "billing"}


@pytest.mark.parametrize(
    ("words", "positions"),
    [
        pytest.param(["--limit", "2"], [2, 3], id="the-newest"),
        pytest.param(["--after", "1"], [2, 3], id="after-a-position"),
        pytest.param(["--after", "0", "--limit", "2"], [1, 2], id="page-by-page"),
        pytest.param(["--account", str(UUID(int=2))], [2, 3], id="of-one-account"),
        pytest.param(["--account", "K2"], [2, 3], id="by-its-reference"),
    ],
)
def test_filters_select_events(
    volitus: Volitus, with_events: Database, words: list[str], positions: list[int]
) -> None:
    result = volitus("events", "list", *words, "--json")

    assert [event["position"] for event in result.json] == positions


def test_a_full_page_shows_how_to_continue(volitus: Volitus, with_events: Database) -> None:
    result = volitus("events", "list", "--after", 0, "--limit", 2)

    assert "--after 2" in result.err


def test_the_table_says_who_and_why_without_codes(volitus: Volitus, with_events: Database) -> None:
    result = volitus("events", "list")

    assert "system:billing" in result.out
    assert "The account is this person's own" in result.out
    assert PERSON not in result.out
    assert COMPANY not in result.out


def test_an_intact_chain_is_verified(volitus: Volitus, with_events: Database) -> None:
    head = volitus("events", "list", "--json").json[-1]["hash"]

    result = volitus("events", "verify", "--json")

    assert result.code == 0
    assert result.json["checked"] == 3
    assert result.json["head"] == head
    assert head in volitus("events", "verify").out


def test_a_changed_event_is_found_with_its_position(
    volitus: Volitus, with_events: Database
) -> None:
    volitus("events", "list")
    behind_its_back(with_events, "UPDATE event SET actor = '{}' WHERE id = 2")

    result = volitus("events", "verify", "--json")

    assert result.code == 1
    assert result.json["broken_at"] == 2
    assert "broken at position 2" in result.err


def test_what_an_operator_typed_is_listed_and_erased(volitus: Volitus, database: Database) -> None:
    """fault.21"""
    volitus("ops", "targets", "pause", "network", "--reason", "Mari rang us")
    listed = volitus("events", "list", "--json").json

    erased = volitus("events", "erase-note", 1)
    again = volitus("events", "erase-note", 1)

    assert [event["note"] for event in listed] == ["Mari rang us"]
    assert "Mari" not in str(listed[0]["reason"])
    assert (erased.code, again.code) == (0, 1)
    assert again.err == "The event at position 1 has no note: `volitus events list` shows notes.\n"
    after = volitus("events", "list", "--json").json
    assert [(event["kind"], event["note"]) for event in after] == [
        ("target:paused", None),
        ("note:erased", None),
    ]
    verified = volitus("events", "verify", "--json")
    assert (verified.code, verified.json["erased_notes"]) == (0, 1)
