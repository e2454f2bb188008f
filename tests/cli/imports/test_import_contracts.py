"""contract.1: contracts that exist at the operator are imported from a file."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.contracts.reasons import SuspendReason
from storage.contract_orders import suspension
from storage.contracts import outside_ends
from storage.database import Database
from storage.processes import processes
from tests.builders import contracts
from tests.builders.contract_ends import MOBIIL_ID, subscription
from tests.builders.days import today
from tests.builders.delegations import FOREIGN, OFFICE, PHONE, set_up_customers
from tests.builders.import_files import Row, csv_of, ndjson_of, write
from tests.builders.people import PEETER, TIIU
from tests.builders.rows import carry_out, give, put_service, rows
from tests.clients.cli_runner import Volitus
from workflows.catalog import STARTS_AFTER

OVER = {"state": "ended", "ends_at": "2026-01-01T00:00:00+02:00"}


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


def contract(number: int, /, **other: str) -> Row:
    """A good line of a contract of the telephone; each number is another one."""
    return {
        "id": str(UUID(int=number)),
        "account_id": str(OFFICE.id),
        "product": "Kõnepakett XL",
        "product_version": "",
        "state": "active",
        "service_ids": str(PHONE.id),
        "user_code": "",
        "signed_at": "2024-05-02T09:00:00+03:00",
        "starts_on": "2024-05-03",
        "committed_until": "2026-05-02",
        "expires_on": "2031-05-03",
        "billed_until": "",
        "ends_at": "",
    } | other


def counts(**named: int) -> Mapping[str, int]:
    every = ("read", "created", "changed", "unchanged", "rejected", "ended")
    return dict.fromkeys(every, 0) | named


def test_contract_1_a_file_is_imported_once_whatever_its_form(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    """An ended contract of the same telephone ends no access, wherever it stands in the file."""
    give(database, TIIU, OFFICE, "user", on=PHONE)
    lines = [contract(1), contract(2, user_code=PEETER.code, service_ids=""), contract(3, **OVER)]
    changed = [*lines[:2], contract(3, **OVER, billed_until="2026-01-31")]

    def imported(name: str, text: str) -> Any:
        return volitus("import", "contracts", write(tmp_path / name, text), "--json").json

    assert imported("c.csv", csv_of(lines)) == counts(read=3, created=3)
    assert imported("c.ndjson", ndjson_of(lines)) == counts(read=3, unchanged=3)
    assert imported("d.csv", csv_of(changed)) == counts(read=3, changed=1, unchanged=2)
    found = rows(
        database, "SELECT state, party, CAST(expires_on AS text) FROM contract ORDER BY id"
    )
    assert [tuple(row) for row in found] == [
        ("active", "owner", "2031-05-03"),
        ("active", "user", "2031-05-03"),
        ("ended", "owner", "2031-05-03"),
    ]
    assert len(rows(database, "SELECT FROM event WHERE kind = 'contract:told'")) == 4


def test_contract_1_a_file_may_leave_out_what_need_not_be_known(
    volitus: Volitus, tmp_path: Path
) -> None:
    line = {name: contract(1)[name] for name in ("id", "account_id", "product", "state")}

    result = volitus("import", "contracts", write(tmp_path / "c.csv", csv_of([line])), "--json")

    assert result.json == counts(read=1, created=1)


def test_contract_1_an_import_that_would_end_access_asks_first(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    give(database, TIIU, OFFICE, "user", on=PHONE)
    volitus("import", "contracts", write(tmp_path / "c.csv", csv_of([contract(1)])))
    file = write(tmp_path / "c.csv", csv_of([contract(1, **OVER)]))

    tried = volitus("import", "contracts", file, "--dry-run", "--json")
    unasked = volitus("import", "contracts", file)
    agreed = volitus("import", "contracts", file, "--yes", "--json")

    assert tried.json == agreed.json == counts(read=1, changed=1, ended=1)
    assert (unasked.code, "contract_over: 1" in unasked.err) == (2, True)


@pytest.mark.parametrize("why", ["term", "term_of_one_that_ends_later", "leaving"])
def test_contract_1_an_import_counts_what_ends_by_more_than_its_lines(
    volitus: Volitus, database: Database, tmp_path: Path, why: str
) -> None:
    """A term that is over by now, or an end before the moment at which a number is to leave."""
    give(database, TIIU, OFFICE, "user", on=PHONE)
    volitus("import", "contracts", write(tmp_path / "c.csv", csv_of([contract(1)])))
    changes = OVER if why == "leaving" else {"expires_on": str(today())}
    if why == "term_of_one_that_ends_later":
        changes |= {"state": "ending", "ends_at": "2099-01-01T00:00:00Z"}
    if why == "leaving":
        with database.transaction() as session:
            known = contracts.locked(session, UUID(int=1))
            at = known.now + timedelta(days=3)
            outside_ends.set_moment(session, known, UUID(int=9), at, actor=contracts.OPS)
    file = write(tmp_path / "c.csv", csv_of([contract(1, **changes)]))

    tried = volitus("import", "contracts", file, "--dry-run", "--json")
    unasked = volitus("import", "contracts", file)
    agreed = volitus("import", "contracts", file, "--yes", "--json")
    again = volitus("import", "contracts", file, "--yes", "--json")

    assert tried.json == agreed.json == counts(read=1, changed=1, ended=1)
    assert (unasked.code, "contract_over: 1" in unasked.err) == (2, True)
    assert again.json["ended"] == 0


def test_contract_1_a_term_that_is_over_ends_nothing_that_another_line_goes_on_with(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    give(database, TIIU, OFFICE, "user", on=PHONE)
    lines = [contract(1, expires_on=str(today())), contract(2)]

    done = volitus("import", "contracts", write(tmp_path / "c.csv", csv_of(lines)), "--json")

    assert done.json == counts(read=2, created=2)
    (service,) = rows(database, "SELECT access_until FROM service WHERE id = :id", id=PHONE.id)
    assert service.access_until is None


def test_contract_10_what_an_import_suspends_begins_within_seconds(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    """Its order is one that any worker starts: nothing waits for a sweep."""
    put_service(database, MOBIIL_ID)
    lost = subscription(database)
    with database.transaction() as session:
        known, why = contracts.locked(session, lost), SuspendReason.LOST
        suspension.suspend(session, known, why, actor=contracts.OPS)
    carry_out(database, "UPDATE process SET started_at = clock_timestamp()")
    line = contract(
        2, service_ids=str(MOBIIL_ID.id), host_service_id=str(PHONE.id), user_code=PEETER.code
    )

    volitus("import", "contracts", write(tmp_path / "c.csv", csv_of([line])))

    carry_out(
        database,
        "UPDATE process SET asked_at = asked_at - CAST('2 seconds' AS interval)"
        " WHERE started_at IS NULL",
    )
    with database.transaction() as session:
        claimed = processes.claim_unstarted(session, STARTS_AFTER)
    (order,) = rows(
        database, "SELECT id FROM service_order WHERE contract_id = :id", id=UUID(int=2)
    )
    assert [each.id for each in claimed] == [order.id]


def test_contract_1_bad_lines_are_rejected_with_their_reason_and_tried_again(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    ours = contracts.offered(database, contracts.new_contract(OFFICE.id))
    wrong = {
        "invalid_value": contract(1, state="draft"),
        "contract_incomplete": contract(3, service_ids=str(FOREIGN.id)),
        "contract_started_here": contract(4, id=str(ours)),
        "account_unknown": contract(5, account_id=str(UUID(int=77))),
        "invalid_user": contract(6, user_code="60001019907"),
        "missing_value": contract(7, product=""),
    }
    also_invalid = [
        contract(11, ends_at="2026-01-01T00:00:00Z"),
        contract(12, state="ended"),
        contract(13, signed_at="2024-05-02T09:00:00"),
        contract(14, starts_on="03.05.2024"),
        contract(15, state="ended", ends_at="2099-01-01T00:00:00Z"),
        contract(16, expires_on="03.05.2024"),
    ]
    file = tmp_path / "c.csv"
    lines = [contract(2), *wrong.values(), *also_invalid]

    result = volitus("import", "contracts", write(file, csv_of(lines)), "--json")
    kept = volitus("sync", "rejected-records", "--json").json
    mended = volitus("import", "contracts", write(file, csv_of([contract(2)])))

    assert result.json == counts(read=13, created=1, rejected=12)
    said = [line.split(": ")[1] for line in result.err.splitlines()]
    assert sorted(said) == sorted([*wrong, *["invalid_value"] * 6])
    assert {each["found_in"] for each in kept} == {"import:contracts"}
    assert "60001019907" not in result.err
    assert (mended.code, volitus("sync", "rejected-records", "--json").json) == (0, [])
