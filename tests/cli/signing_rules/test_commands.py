"""joint.9: staff list signing rules from a shell, and nobody reads one there."""

import pytest

from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, company_id, put, store_states
from tests.builders.signing_rules import OFFICE, RULE, confirmed, opaque, recorded
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
    def listed(*words: str) -> dict[str, str]:
        found = volitus("signing-rules", "list", *words, "--json").json
        return {each["company_id"]: each["waits_for"] for each in found}

    kuusk, tamm = str(company_id(rules, KUUSK)), str(company_id(rules, TAMM))
    first, last = sorted([kuusk, tamm])
    assert listed() == {kuusk: "", tamm: "confirmation"}
    assert listed("--waits-for", "confirmation") == {tamm: "confirmation"}
    assert listed("--waits-for", "reading") == {}
    assert list(listed("--limit", "1")) == [first]
    assert list(listed("--after", first)) == [last]
    table = volitus("signing-rules", "list", "--limit", "1")
    assert f"use --after {first}" in table.err
    assert RULE not in table.out
    assert MARI.code not in table.out


@pytest.mark.parametrize("words", [("list", "--waits-for", "money"), ("confirm", "x")])
def test_joint_9_what_the_command_does_not_know(volitus: Volitus, words: tuple[str, ...]) -> None:
    assert volitus("signing-rules", *words).code == 2
