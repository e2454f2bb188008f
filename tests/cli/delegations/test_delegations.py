"""deleg.18: delegations on the command line: a list, and one with all that became of it."""

from uuid import UUID

import pytest

from storage.database import Database
from tests.builders.delegations import OFFICE, OTHER, given, offered, revoked, set_up_customers
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.proposals import proposed
from tests.builders.rows import rows
from tests.clients.cli_runner import Volitus


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def test_deleg_18_the_list_has_filters_and_pages(volitus: Volitus, database: Database) -> None:
    first = given(database, MARI, JAAN, OFFICE)
    second = given(database, MARI, TIIU, OFFICE)
    revoked(database, second, MARI)
    (jaan,) = rows(database, "SELECT id FROM person WHERE code = :code", code=JAAN.code)

    def ids(*more: object) -> set[UUID]:
        return {UUID(each["id"]) for each in volitus("delegations", "list", *more, "--json").json}

    assert ids() == {first.id, second.id}
    assert ids("--account", OFFICE.reference) == {first.id, second.id}
    assert ids("--account", OTHER.id) == set()
    assert ids("--person", jaan.id) == {first.id}
    assert ids("--state", "ended") == {second.id}
    assert ids("--after", min(first.id, second.id)) == {max(first.id, second.id)}
    assert ids("--limit", 1) == {min(first.id, second.id)}


def test_deleg_18_one_is_shown_with_its_versions_grants_and_events(
    volitus: Volitus, database: Database
) -> None:
    delegation = given(database, MARI, JAAN, OFFICE)
    revoked(database, delegation, MARI)

    shown = volitus("delegations", "show", str(delegation.id)[:8], "--json").json
    text = volitus("delegations", "show", delegation.id)

    assert shown["ended_reason"]["code"] == "delegation_revoked"
    assert [version["state"] for version in shown["versions"]] == ["accepted"]
    assert [grant["ended_reason"]["code"] for grant in shown["grants"]] == ["delegation_revoked"]
    kinds = [event["kind"] for event in shown["events"]]
    assert kinds[0] == "delegation:offered"
    assert {"delegation:accepted", "delegation:ended", "grant:ended"} <= set(kinds)
    assert (text.code, "invoice:pay" in text.out) == (0, True)
    looked = rows(database, "SELECT after FROM event WHERE kind = 'person:looked_up'")
    assert [each.after["by"] for each in looked] == ["delegation", "delegation"]


def test_deleg_18_who_has_not_accepted_is_not_shown(volitus: Volitus, database: Database) -> None:
    delegation = offered(database, MARI, JAAN, OFFICE)

    (listed,) = volitus("delegations", "list", "--json").json
    text = volitus("delegations", "show", delegation.id).out

    assert listed["receiver"]["id"] is None
    assert "receiver" not in text
    assert JAAN.code not in text


def test_joint_9_what_waits_for_confirmations_is_shown_without_its_receiver(
    volitus: Volitus, database: Database
) -> None:
    delegation = proposed(database, TIIU, JAAN, OTHER)

    (listed,) = volitus("delegations", "list", "--state", "awaiting_confirmations", "--json").json
    text = volitus("delegations", "show", delegation.id).out

    assert (listed["offer"], listed["proposal"]["terms"]["version"]) == (None, 1)
    assert listed["receiver"]["id"] is None
    assert "to be confirmed" in text
    assert JAAN.code not in text


def test_deleg_18_an_unknown_id_fails(volitus: Volitus) -> None:
    result = volitus("delegations", "show", "abcdef12")

    assert (result.code, "volitus delegations list" in result.err) == (1, True)
