"""deleg.18: delegations that exist at the operator are imported from a file."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from storage.database import Database
from tests.builders.days import DAY, today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    PHONE,
    Given,
    given,
    grants_of,
    revoked,
    set_up_customers,
)
from tests.builders.import_files import Row, csv_of, ndjson_of, write
from tests.builders.people import JAAN, MARI, PEETER, TIIU
from tests.clients.cli_runner import Volitus


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def delegation(number: int, /, **other: str) -> Row:
    """A good line of a delegation; each number is another one, to Jaan since 2019."""
    return {
        "id": str(UUID(int=number)),
        "account_id": str(OFFICE.id),
        "receiver_country": "EE",
        "receiver_code": JAAN.code,
        "role": "accountant",
        "permissions": "",
        "service_ids": "",
        "from_day": "2019-02-28",
        "through_day": "",
        "may_pass_on": "",
    } | other


def counts(**named: int) -> Mapping[str, int]:
    every = ("read", "created", "changed", "unchanged", "rejected", "ended")
    return dict.fromkeys(every, 0) | named


def test_deleg_18_a_file_is_imported_once(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    only = delegation(2, receiver_code=TIIU.code, role="", permissions="usage:view number:view")
    lines = [delegation(1), only | {"service_ids": str(PHONE.id)}]
    file = write(tmp_path / "d.csv", csv_of(lines))

    first = volitus("import", "delegations", file, "--json")
    again = volitus(
        "import", "delegations", write(tmp_path / "d.ndjson", ndjson_of(lines)), "--json"
    )

    assert first.json == counts(read=2, created=2)
    assert again.json == counts(read=2, unchanged=2)
    assert [(grant.person, grant.service) for grant in grants_of(database)] == [
        (JAAN.code, None),
        (TIIU.code, PHONE.id),
    ]


def test_deleg_18_a_file_may_leave_out_what_has_a_default(volitus: Volitus, tmp_path: Path) -> None:
    columns = ("id", "account_id", "receiver_country", "receiver_code", "role", "from_day")
    line = {name: delegation(1)[name] for name in columns}

    result = volitus("import", "delegations", write(tmp_path / "d.csv", csv_of([line])), "--json")

    assert result.json == counts(read=1, created=1)


def test_deleg_18_a_dry_run_changes_nothing(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "d.csv", csv_of([delegation(1), delegation(2, role="king")]))

    result = volitus("import", "delegations", file, "--dry-run", "--json")

    assert result.json == counts(read=2, created=1, rejected=1)
    assert "d.csv:3: unknown_role" in result.err
    assert grants_of(database) == []


def test_deleg_18_what_takes_access_away_is_asked_about(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "delegations", write(tmp_path / "d.csv", csv_of([delegation(1)])))
    less = delegation(1, role="", permissions="invoice:view")
    file = write(tmp_path / "e.csv", csv_of([less]))

    unasked = volitus("import", "delegations", file)
    agreed = volitus("import", "delegations", file, "--yes", "--json")

    assert (unasked.code, "Grants that would end: 1" in unasked.err) == (2, False)
    assert "--max-endings 1" in unasked.err
    assert agreed.json == counts(read=1, changed=1, ended=1)
    assert [grant.permissions for grant in grants_of(database)] == [{"invoice:view"}]


def test_deleg_18_lines_that_people_or_rules_refuse_are_rejected(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "delegations", write(tmp_path / "d.csv", csv_of([delegation(1)])))
    revoked(database, Given(UUID(int=1), UUID(int=1)), MARI)
    here = given(database, MARI, TIIU, OFFICE)
    yesterday, far = (str(today() + days * DAY) for days in (-1, 3000))
    lines = {
        "ended_stays_ended": delegation(1),
        "given_by_a_person": delegation(2, id=str(here.id), receiver_code=TIIU.code),
        "through_in_past": delegation(3, through_day=yesterday),
        "longer_than_five_years": delegation(4, through_day=far),
        "account_unknown": delegation(5, account_id=str(UUID(int=77))),
        "to_yourself": delegation(6, account_id=str(OWN.id), receiver_code=PEETER.code),
        "receiver_is_company": delegation(7, receiver_code="10000024"),
        "invalid_receiver": delegation(8, receiver_code="60001019907"),
        "invalid_value": delegation(9, from_day="28.02.2019"),
        "service_of_another_account": delegation(10, service_ids=str(UUID(int=78))),
    }

    result = volitus("import", "delegations", write(tmp_path / "e.csv", csv_of(lines.values())))

    printed = [line.split(": ")[1] for line in result.err.splitlines()]
    assert sorted(printed) == sorted(lines)
    assert result.code == 1
    assert "60001019907" not in result.err
