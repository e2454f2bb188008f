"""joint.9: staff list paper mandates from a shell, and nobody records or confirms one there."""

from uuid import uuid4

import pytest

from services.mandates import mandates
from storage.database import Database
from tests.builders.delegations import OFFICE, OTHER, set_up_customers, today
from tests.builders.mandates import BEN, NOTE, PAPER, given, recorded
from tests.builders.people import ANNA, KATI
from tests.clients.cli_runner import Volitus


def test_joint_9_mandates_are_listed_by_account_and_state(
    volitus: Volitus, database: Database
) -> None:
    set_up_customers(database)
    active, waiting = given(database, ANNA, OFFICE), recorded(database, KATI, OTHER)

    def listed(*words: str) -> list[str]:
        return [each["id"] for each in volitus("mandates", "list", *words, "--json").json]

    assert listed() == [str(waiting), str(active)]
    assert listed("--account", OFFICE.reference) == [str(active)]
    assert listed("--state", "proposed") == [str(waiting)]
    assert listed("--limit", "1") == [str(waiting)]
    table = volitus("mandates", "list")
    assert str(active) in table.out
    assert "ann" in table.out
    assert "use --limit" in volitus("mandates", "list", "--limit", "1").err


def test_joint_9_one_mandate_is_shown_with_its_paper(volitus: Volitus, database: Database) -> None:
    set_up_customers(database)
    mandate = given(database, ANNA, OFFICE)
    mandates.end(database, mandate, actor=BEN, note=NOTE)

    shown = volitus("mandates", "show", mandate, "--json").json

    assert (shown["state"], shown["ended_because"]) == ("ended", "mandate_ended")
    assert (shown["document"], shown["reference"]) == (PAPER.description, PAPER.reference)
    assert (shown["recorded_by"], shown["answered_by"]) == ("ann", "ben")
    assert shown["from"] == today().isoformat()
    text = volitus("mandates", "show", mandate)
    assert PAPER.reference in text.out
    assert ANNA.code not in text.out + str(shown)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", str(uuid4())), 1, "No mandate has this id"),
        (("list", "--account", "none"), 1, "No account"),
        (("list", "--state", "secret"), 2, "secret"),
        (("confirm", str(uuid4())), 2, "confirm"),
    ],
)
def test_joint_9_what_the_command_does_not_know(
    volitus: Volitus, words: tuple[str, ...], code: int, said: str
) -> None:
    result = volitus("mandates", *words)

    assert result.code == code
    assert said in result.err
