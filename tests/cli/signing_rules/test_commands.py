"""Staff list signing rules from a shell; two mandate officers say there how one is read."""

import json
from uuid import uuid4

import pytest

from storage.database import Database
from tests.builders.days import today
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, company_id, put, store_states
from tests.builders.signing_rules import (
    OFFICE,
    RULE,
    confirmed,
    digest,
    opaque,
    recorded,
)
from tests.clients.cli_runner import Volitus


@pytest.fixture
def rules(database: Database) -> Database:
    """Kuusk's rule is read, Tamm's waits for its second officer."""
    put(database, OFFICE, account(TAMM, 3))
    store_states(database, opaque(), opaque(MARI, JAAN, of=TAMM))
    confirmed(database)
    recorded(database, ((MARI, JAAN),), of=TAMM)
    return database


def test_joint_9_signing_rules_are_listed_with_what_they_wait_for(
    volitus: Volitus, rules: Database
) -> None:
    def listed(*words: str) -> dict[str, list[str]]:
        found = volitus("signing-rules", "list", *words, "--json").json
        return {each["company_id"]: each["waits_for"] for each in found}

    kuusk, tamm = str(company_id(rules, KUUSK)), str(company_id(rules, TAMM))
    first, last = sorted([kuusk, tamm])
    assert listed() == {kuusk: [], tamm: ["confirmation"]}
    assert listed("--waits-for", "confirmation") == {tamm: ["confirmation"]}
    assert listed("--waits-for", "reading") == {}
    assert list(listed("--limit", "1")) == [first]
    assert list(listed("--after", first)) == [last]
    table = volitus("signing-rules", "list", "--limit", "1")
    assert f"use --after {first}" in table.err
    assert RULE not in table.out
    assert MARI.code not in table.out


@pytest.mark.parametrize("words", [("list", "--waits-for", "money"), ("confirm", "x"), ("show",)])
def test_joint_9_what_the_command_does_not_know(volitus: Volitus, words: tuple[str, ...]) -> None:
    assert volitus("signing-rules", *words).code == 2


def read_by_kati(volitus: Volitus, database: Database, company: str, seen: str) -> str:
    both = [{"country": "EE", "code": each.code} for each in (MARI, JAAN)]
    document = {
        "digest": seen,
        "groups": [both],
        "through_day": today().isoformat(),
        "document": {"kind": "articles", "description": "põhikiri", "reference": "toimik 7"},
    }
    done = volitus("signing-rules", "read", company, "-", stdin=json.dumps(document).encode())
    assert done.code == 0, done.err
    shown = volitus("signing-rules", "show", company, "--json").json
    return str(shown["readings"][0]["id"])


def test_step_13_one_officer_reads_a_rule_and_another_confirms_from_a_shell(
    volitus: Volitus, database: Database
) -> None:
    put(database, OFFICE)
    store_states(database, opaque())
    company, why = str(company_id(database, KUUSK)), ("--reason", "as the articles say")

    before = volitus("signing-rules", "show", company)
    reading = read_by_kati(volitus, database, company, digest(database))
    alone = volitus("signing-rules", "confirm", reading, *why)
    both = volitus.by("staff-mart")("signing-rules", "confirm", reading, *why, "--json")
    ended = volitus("signing-rules", "end", reading, *why, "--json")
    after = volitus("signing-rules", "show", company)

    assert RULE in before.out
    assert digest(database) in before.out
    assert (alone.code, both.code, ended.code) == (1, 0, 0)
    assert "second_person_needed" in alone.err
    assert (both.json["state"], ended.json["state"]) == ("confirmed", "ended")
    assert (both.json["recorded_by"]["name"], both.json["decided_by"]["name"]) == (
        "Kati Kask",
        "Mart Mänd",
    )
    assert reading in after.out
    said = before.out + both.out + after.out
    assert not any(code in said for code in (MARI.code, JAAN.code))


@pytest.mark.parametrize(
    ("who", "act", "code", "said"),
    [
        ("staff-kati", "withdraw", 0, "Withdrawn."),
        ("staff-mart", "withdraw", 1, "Refused (not_the_proposer)"),
        ("staff-mart", "reject", 0, "Rejected."),
        ("staff-kati", "reject", 1, "Refused (second_person_needed)"),
    ],
)
def test_step_13_a_reading_that_was_recorded_is_answered(
    volitus: Volitus, database: Database, who: str, act: str, *, code: int, said: str
) -> None:
    put(database, OFFICE)
    store_states(database, opaque())
    company = str(company_id(database, KUUSK))
    reading = read_by_kati(volitus, database, company, digest(database))

    result = volitus.by(who)("signing-rules", act, reading, "--reason", "not so")

    assert result.code == code
    assert said in result.err


def test_step_13_an_officer_looks_at_what_they_saw(volitus: Volitus, database: Database) -> None:
    put(database, OFFICE)
    store_states(database, opaque())
    company, why = str(company_id(database, KUUSK)), ("--result", "confirmed", "--reason", "same")

    stale = volitus("signing-rules", "look", company, "--digest", 64 * "0", *why)
    good = volitus("signing-rules", "look", company, "--digest", digest(database), *why)
    nowhere = volitus("signing-rules", "look", uuid4(), "--digest", 64 * "0", *why)

    assert (stale.code, good.code, nowhere.code) == (1, 0, 1)
    assert "signing_rule_changed" in stale.err
    assert "No company has the id" in nowhere.err
    assert "confirmed Kati Kask" in volitus("signing-rules", "show", company).out
