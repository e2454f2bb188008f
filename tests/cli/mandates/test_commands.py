"""Staff list paper mandates from a shell; two mandate officers record and confirm one there."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.mandates import mandates
from storage.database import Database
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    set_up_customers,
)
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

    assert (shown["state"], shown["ended_reason"]["code"]) == ("ended", "mandate_ended")
    assert (shown["document"]["description"], shown["document"]["reference"]) == (
        PAPER.description,
        PAPER.reference,
    )
    assert (shown["recorded_by"]["id"], shown["answered_by"]["id"]) == ("ann", "ben")
    assert shown["terms"]["from_day"] == today().isoformat()
    text = volitus("mandates", "show", mandate)
    assert PAPER.reference in text.out
    others = volitus.by("staff-ops")("mandates", "show", mandate)
    assert f"EE{ANNA.code}" in text.out, "officers compare it with the paper"
    assert ANNA.code not in others.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", str(uuid4())), 1, "No mandate has the id"),
        (("list", "--account", "none"), 1, "No account"),
        (("list", "--state", "secret"), 2, "secret"),
        (("confirm", str(uuid4()), "--reason", "it fits"), 1, "No mandate has the id"),
    ],
)
def test_joint_9_what_the_command_does_not_know(
    volitus: Volitus, words: tuple[str, ...], code: int, said: str
) -> None:
    result = volitus("mandates", *words)

    assert result.code == code
    assert said in result.err


def paper(**changes: object) -> dict[str, Any]:
    """A document as `volitus mandates record` reads it."""
    return {
        "account_id": str(OFFICE.id),
        "person": {"country": "EE", "code": ANNA.code},
        "role": "accountant",
        "from_day": today().isoformat(),
        "through_day": today().isoformat(),
        "document": {"kind": "power_of_attorney", "description": "volikiri", "reference": "toimik"},
    } | changes


def recorded_by_kati(volitus: Volitus, database: Database) -> str:
    set_up_customers(database)
    document = json.dumps(paper()).encode()
    done = volitus("mandates", "record", "-", "--json", stdin=document)
    assert done.code == 0, done.err
    return str(done.json["id"])


def test_step_13_one_officer_records_and_another_confirms_from_a_shell(
    volitus: Volitus, database: Database
) -> None:
    id_ = recorded_by_kati(volitus, database)
    mart, why = volitus.by("staff-mart"), ("--reason", "compared with the paper")

    alone, waits = volitus("mandates", "confirm", id_, *why), volitus("mandates", "show", id_)
    confirmed = mart("mandates", "confirm", id_, *why, "--json")
    ended = mart("mandates", "end", id_, *why, "--json")

    assert (alone.code, confirmed.code, ended.code) == (1, 0, 0)
    assert "(second_person_needed)" in alone.err
    assert "proposed" in waits.out
    assert (confirmed.json["state"], ended.json["state"]) == ("active", "ended")
    assert (confirmed.json["recorded_by"]["name"], confirmed.json["answered_by"]["name"]) == (
        "Kati Kask",
        "Mart Mänd",
    )
    assert ANNA.code not in alone.err + confirmed.out + confirmed.err


@pytest.mark.parametrize(
    ("who", "act", "code", "said"),
    [
        ("staff-kati", "withdraw", 0, "Withdrawn."),
        ("staff-mart", "withdraw", 1, "(mandate_of_another)"),
        ("staff-mart", "reject", 0, "Rejected."),
        ("staff-kati", "reject", 1, "(second_person_needed)"),
        ("staff-mart", "end", 1, "(mandate_not_confirmed)"),
    ],
)
def test_step_13_a_mandate_that_was_recorded_is_answered(
    volitus: Volitus, database: Database, who: str, act: str, *, code: int, said: str
) -> None:
    id_ = recorded_by_kati(volitus, database)

    result = volitus.by(who)("mandates", act, id_, "--reason", "it does not fit")

    assert result.code == code
    assert said in result.err


@pytest.mark.parametrize(
    ("document", "code", "said"),
    [
        pytest.param("{", 2, "is not valid: document: ", id="no-json"),
        pytest.param({"role": 7}, 2, "role: ", id="wrong-type"),
        pytest.param({"colour": "red"}, 2, "colour: ", id="unknown-field"),
        pytest.param(
            {"person": {"country": "EE", "code": "123"}}, 2, "/person/code: ", id="nobodys-code"
        ),
        pytest.param(
            {"account_id": str(UUID(int=99))},
            1,
            "The account does not exist: check account_id in FILE.",
            id="account",
        ),
        pytest.param(
            {"through_day": "2001-01-01"}, 1, "Refused (through_before_from", id="no-days"
        ),
    ],
)
def test_step_13_a_document_that_cannot_be_recorded_is_one_line(
    volitus: Volitus,
    database: Database,
    tmp_path: Path,
    document: str | dict[str, Any],
    *,
    code: int,
    said: str,
) -> None:
    set_up_customers(database)
    file = tmp_path / "mandate.json"
    file.write_text(document if isinstance(document, str) else json.dumps(paper(**document)))

    result = volitus("mandates", "record", file)

    assert (result.code, len(result.err.splitlines())) == (code, 1)
    assert said in result.err
    assert ANNA.code not in result.err
