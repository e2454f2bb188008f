"""order.1: files of services tell characteristics too, and what they tell counts like a PUT."""

import json
from pathlib import Path
from uuid import UUID

from storage.database import Database
from tests.builders.import_files import account, csv_of, service, write
from tests.builders.orders import NewItem, Orders
from tests.builders.rows import rows
from tests.clients.cli_runner import Volitus


def told(database: Database) -> list[object]:
    return [row.told for row in rows(database, "SELECT told FROM service ORDER BY id")]


def test_order_1_files_tell_characteristics_as_text_or_as_objects(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([account(1)])))
    given = {"package": "M", "spendingLimit": 5000}
    csv = csv_of([service(1, 1, characteristics=json.dumps(given))])
    first = volitus("import", "services", write(tmp_path / "s.csv", csv))
    lines = [
        service(1, 1) | {"characteristics": given},
        service(2, 1) | {"characteristics": {"roamingBarred": True}},
        service(3, 1) | {"characteristics": {"package": 7}},
        service(4, 1, characteristics='{"wifiPassword": "salajane"}'),
        service(5, 1, characteristics='{"salajane": 1}'),
        service(6, 1, characteristics="[salajane]"),
    ]
    file = write(tmp_path / "s.ndjson", "".join(json.dumps(each) + "\n" for each in lines))

    again = volitus("import", "services", file)

    secret = "s.ndjson:4: invalid_value: characteristics: wifiPassword"
    assert (first.code, told(database)) == (0, [given, {"roamingBarred": True}])
    assert again.err.splitlines()[:4] == [
        "s.ndjson:3: invalid_value: characteristics: package: Must be of the type string, or null",
        f"{secret}: Is a secret: it is ordered, never told",
        "s.ndjson:5: invalid_value: characteristics: Has an unknown characteristic",
        "s.ndjson:6: invalid_value: characteristics: must be a JSON object",
    ]
    assert "salajane" not in again.err + str(rows(database, "SELECT * FROM rejected_record"))


def test_order_1_a_file_that_ends_a_service_cancels_what_was_ordered_for_it(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([account(1)])))
    volitus("import", "services", write(tmp_path / "s.csv", csv_of([service(1, 1)])))
    orders = Orders(database, UUID(int=1))
    order = orders.begun(NewItem(service=UUID(service(1, 1)["id"])))

    ended = write(tmp_path / "s.csv", csv_of([service(1, 1, status="ended")]))
    result = volitus("import", "services", ended, "--yes")

    assert (result.code, orders.state(order)) == (0, "cancelled")
