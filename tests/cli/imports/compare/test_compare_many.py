"""api.7: a hundred thousand lines are compared in less than a minute."""

from pathlib import Path
from time import monotonic

from storage.database import Database
from tests.builders.old_access import compared, old
from tests.builders.people import person
from tests.builders.register_states import company, joint, sole, state
from tests.builders.rows import account, put, store_states
from tests.clients.cli_runner import Volitus

_PEOPLE = 900
_LINES_OF_EACH = 5
_LIMIT = 60
"""Seconds."""


def test_api_7_many_lines_are_compared_in_time(
    volitus: Volitus, database: Database, tmp_path: Path, *, long_run: bool
) -> None:
    """Of five lines of each company two are right; the register calls for other people."""
    companies = 20_000 if long_run else 100
    accounts = [account(company(number), number) for number in range(1, companies + 1)]
    people = [person(number) for number in range(_PEOPLE)]
    lines = []
    for number, each in enumerate(accounts):
        of = [people[(number * 7 + place) % _PEOPLE] for place in range(_LINES_OF_EACH)]
        lines += [old(who, each.reference) for who in of]
    for first in range(0, companies, 1000):
        part = range(first, min(first + 1000, companies))
        put(database, *(accounts[number] for number in part))
        states = [
            state(
                *(sole(people[(number * 7 + place) % _PEOPLE]) for place in (0, 1)),
                joint(people[(number * 7 + 2) % _PEOPLE]),
                of=company(number + 1),
            )
            for number in part
        ]
        store_states(database, *states)

    began_at = monotonic()
    found = compared(volitus, tmp_path, lines, "--csv", tmp_path / "all.csv").json

    assert monotonic() - began_at < _LIMIT
    assert found["findings"] == {
        "same": 2 * companies,
        "only_old": 3 * companies,
        "different": 0,
        "only_volitus": 0,
    }
    assert {each["code"] for each in found["reasons"]} == {"no_sole_right", "not_in_register"}
