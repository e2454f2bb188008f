"""order.11: operations look at drift in a shell, repair or accept it, and ask for a check."""

import pytest

from storage.database import Database
from tests.builders.drift import checked, listed, phones, shown
from tests.builders.rows import NOTED, rows
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "looked at it")


@pytest.fixture
def drifting(database: Database) -> Database:
    """Two telephones with another package, one of them with another number."""
    first, second = phones(database, 2, package="M")
    checked(database, shown(first, package="L"), shown(second, package="L", msisdn="+37255199999"))
    return database


def test_order_11_drift_is_listed_counted_and_shown(volitus: Volitus, drifting: Database) -> None:
    table = volitus("drift", "list").out
    (one,) = volitus("drift", "list", "--characteristic", "msisdn", "--json").json
    groups = volitus("drift", "list", "--groups").out
    cut = volitus("drift", "list", "--limit", 1).err
    show = volitus("drift", "show", one["id"][:8])

    assert len(table.splitlines()) == 4
    assert (one["expected"], one["shown"]) == ("+37255100002", "+37255199999")
    assert "package" in groups
    assert "Showing 1 of 3 differences" in cut
    assert "+37255199999" in show.out
    assert "volitus drift repair|accept" in show.err
    assert volitus("drift", "list", "--state", "held").err.strip() == (
        "No open difference matches."
    )


def test_order_11_what_is_decided_needs_a_word_which_and_is_in_the_history(
    volitus: Volitus, drifting: Database
) -> None:
    nothing = volitus("drift", "accept", "--yes", *WHY)
    unsure = volitus("drift", "accept", "--characteristic", "package", *WHY)
    assert (nothing.code, unsure.code) == (2, 2)
    assert len(listed(drifting)) == 3

    accepted = volitus("drift", "accept", "--characteristic", "package", "--yes", *WHY)
    (left,) = volitus("drift", "list", "--json").json
    repaired = volitus("drift", "repair", left["id"][:8], "--yes", *WHY, "--json")
    again = volitus("drift", "repair", left["id"], "--yes", *WHY)

    assert "2 differences of 2 services" in accepted.err
    assert repaired.json == {"decision": "repair", "differences": 1, "services": 1}
    assert (again.code, listed(drifting)) == (1, {(2, "msisdn"): "to_repair"})
    found = rows(drifting, f"{NOTED} WHERE kind = 'drift:decided' ORDER BY id")
    assert [each.note for each in found] == ["looked at it"] * 2


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--characteristic", "wifiPassword"),
        ("show", "no-id"),
        ("show", "00000000"),
        ("repair", "00000000", "--yes", *WHY),
    ],
)
def test_order_11_what_is_not_there_is_said_in_one_line(
    volitus: Volitus, words: tuple[str, ...]
) -> None:
    done = volitus("drift", *words)

    assert done.code in {1, 2}
    assert done.out == ""


def test_order_11_a_check_is_asked_for_and_the_last_ones_are_listed(
    volitus: Volitus, drifting: Database
) -> None:
    started = volitus("drift", "check", "--json")
    open_, ended = volitus("drift", "checks", "--json").json

    assert (started.json["id"], open_["state"]) == (open_["id"], "pending")
    assert (ended["state"], ended["result"]["differing"]) == ("succeeded", 3)
    assert "network 2: complete" in volitus("drift", "checks").out
