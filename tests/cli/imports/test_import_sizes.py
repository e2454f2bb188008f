"""contract.1: sizes of accounts' owners are imported from a file."""

from pathlib import Path
from uuid import UUID

from storage.database import Database
from tests.builders.delegations import OFFICE, OWN, set_up_customers
from tests.builders.import_files import Row, csv_of, write
from tests.builders.rows import rows
from tests.clients.cli_runner import Volitus


def size(of: UUID, size_class: str, as_of: str = "2026-06-30") -> Row:
    return {
        "account_id": str(of),
        "size_class": size_class,
        "source": "annual_report",
        "as_of": as_of,
    }


def test_contract_1_the_newest_size_counts_and_an_older_one_is_kept_aside(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    set_up_customers(database)
    good = [size(OFFICE.id, "larger"), size(OWN.id, "consumer")]
    old = [size(OFFICE.id, "micro", "2026-06-29"), size(OWN.id, "larger")]
    wrong = [size(UUID(int=77), "micro"), size(UUID(int=78), "micro", "2999-01-01")]

    first = volitus("import", "sizes", write(tmp_path / "s.csv", csv_of(good)), "--json").json
    again = volitus("import", "sizes", write(tmp_path / "s.csv", csv_of(good)), "--json").json
    late = volitus("import", "sizes", write(tmp_path / "t.csv", csv_of([*old, *wrong])))
    kept = volitus("sync", "rejected-records", "--json").json

    assert (first["created"], again["unchanged"]) == (2, 2)
    assert sorted(line.split(": ")[1] for line in late.err.splitlines()) == [
        *("account_unknown", "invalid_value"),
        *("size_not_of_owner", "size_outdated"),
    ]
    assert {each["found_in"] for each in kept} == {"import:sizes"}
    found = rows(database, "SELECT size_class FROM customer_size ORDER BY size_class")
    assert [row.size_class for row in found] == ["consumer", "larger"]
