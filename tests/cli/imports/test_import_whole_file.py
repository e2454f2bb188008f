"""A file is checked as a whole: the order of its lines does not matter."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from storage.database import Database
from tests.builders.import_files import Row, account, csv_of, service, write
from tests.builders.people import MARI
from tests.builders.proofs import prove
from tests.builders.rows import Held, as_its_owner, ended, held, rows
from tests.clients.cli_runner import Volitus

Import = Callable[..., list[str]]
OWN = UUID(int=1)


@pytest.fixture
def given(volitus: Volitus, tmp_path: Path) -> Import:
    """Imports these rows; returns what was printed about rejected lines."""

    def run(kind: str, *lines: Row) -> list[str]:
        told = volitus("import", kind, write(tmp_path / f"{kind}.csv", csv_of(lines)), "--yes").err
        return [line for line in told.splitlines() if line.startswith(f"{kind}.csv:")]

    return run


def numbers(database: Database) -> dict[int, str]:
    """The number of each active service."""
    found = rows(database, "SELECT id, number FROM service WHERE status = 'active'")
    return {row.id.int - 1_000_000: row.number for row in found}


N = [service(n, 1)["number"] for n in range(4)]
CHAIN = [
    service(1, 1, number=N[2]),
    service(2, 2, number=N[3]),
    service(3, 1, status="ended"),
]
SWAP = [service(1, 1, number=N[2]), service(2, 2, number=N[1]), service(3, 1)]
RING = [service(1, 1, number=N[2]), service(2, 2, number=N[3]), service(3, 1, number=N[1])]
HANDED_TO_A_NEW_ONE = [service(1, 1, number=""), service(4, 2, number=N[1])]
SHARED_BY_A_MOBIIL_ID = [
    service(1, 1, kind="mobiil_id"),
    service(4, 2, number=N[1]),
    service(2, 2),
]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(SWAP, id="swapped"),
        pytest.param(CHAIN, id="handed-on-until-a-service-ends"),
        pytest.param(RING, id="handed-on-in-a-ring"),
        pytest.param(HANDED_TO_A_NEW_ONE, id="given-up-for-a-new-service"),
        pytest.param(SHARED_BY_A_MOBIIL_ID, id="kept-by-what-shares-it"),
    ],
)
def test_fault_11_numbers_go_from_service_to_service_in_any_order_of_lines(
    volitus: Volitus, database: Database, given: Import, lines: list[Row]
) -> None:
    given("accounts", account(1), account(2))
    before = [service(1, 1), service(2, 2), service(3, 1)]
    wanted = {int(UUID(line["id"])) - 1_000_000: line for line in [*before, *lines]}

    for order in (lines, lines[::-1]):
        given("services", *before, service(4, 2, status="ended"))
        assert given("services", *order) == []
        assert numbers(database) == {
            n: line["number"] or None for n, line in wanted.items() if line["status"] == "active"
        }


def test_fault_11_accounts_hand_on_their_references(database: Database, given: Import) -> None:
    given("accounts", account(1), account(2), account(3))
    ring = [account(1, reference="K2"), account(2, reference="K3"), account(3, reference="K1")]
    handed = [account(1, reference="K9"), account(4, reference="K2")]

    assert given("accounts", *ring) == []
    assert given("accounts", *handed) == []

    found = rows(database, "SELECT reference FROM account ORDER BY id")
    assert [row.reference for row in found] == ["K9", "K3", "K1", "K2"]


def test_fault_11_a_number_that_two_lines_claim_is_neither_ones(
    database: Database, given: Import
) -> None:
    given("accounts", account(1))
    given("services", service(1, 1), service(2, 1))
    # Line 2 keeps its number, lines 3 and 4 contradict each other, line 5 waits for line 3's.
    lines = [
        service(1, 1, name="kept"),
        service(2, 1, number=N[3]),
        service(3, 1, number=N[3]),
        service(4, 1, number=N[2]),
        service(5, 1, number=N[1]),
        service(6, 1),
    ]

    told = given("services", *lines)

    assert told == [
        "services.csv:3: number_taken: the same number as in line 4",
        "services.csv:4: number_taken: the same number as in line 3",
        "services.csv:5: number_taken: another active service has this number",
        "services.csv:6: number_taken: the same number as in line 2",
    ]
    assert numbers(database) == {1: N[1], 2: N[2], 6: service(6, 1)["number"]}


def test_fault_11_lines_that_contradict_each_other_change_nothing(
    database: Database, given: Import
) -> None:
    given("accounts", account(1, name="Vana"))

    told = given("accounts", account(1, name="Üks"), account(2), account(1, name="Teine"))

    assert told == [
        "accounts.csv:2: duplicate: the same id as in line 4",
        "accounts.csv:4: duplicate: the same id as in line 2",
    ]
    assert [row.name for row in rows(database, "SELECT name FROM account ORDER BY id")] == [
        "Vana",
        account(2)["name"],
    ]


def test_fault_11_a_bad_line_keeps_its_number(database: Database, given: Import) -> None:
    given("accounts", account(1))
    given("services", service(1, 1), service(2, 1))
    lost = service(1, 9, number=N[3])

    told = given("services", service(2, 1, number=N[1]), lost, service(4, 1, number=N[2]))

    assert [line.split(": ")[:2] for line in told] == [
        ["services.csv:2", "number_taken"],
        ["services.csv:3", "account_unknown"],
        ["services.csv:4", "number_taken"],
    ]
    assert numbers(database) == {1: N[1], 2: N[2]}


def test_fault_11_what_the_database_refuses_keeps_its_number_too(
    database: Database, given: Import
) -> None:
    as_its_owner(database, "ALTER TABLE service ADD CHECK (name <> 'Keelatud')")
    given("accounts", account(1), account(2))
    given("services", service(1, 1), service(2, 1))

    told = given(
        "services",
        service(2, 2, number=N[1]),
        service(1, 1, number=N[3], name="Keelatud"),
        service(4, 2),
    )

    assert [line.split(": ")[:2] for line in told] == [
        ["services.csv:2", "number_taken"],
        ["services.csv:3", "refused_by_database"],
    ]
    assert numbers(database) == {1: N[1], 2: N[2], 4: service(4, 2)["number"]}


def test_fault_11_a_dry_run_shows_what_the_whole_file_would_do(
    volitus: Volitus, database: Database, given: Import, tmp_path: Path
) -> None:
    """The access rests on two numbers of the own account: one may leave it, not both."""
    given("accounts", account(1, owner_kind="person", owner_code=MARI.code), account(2))
    given("services", service(1, 1), service(2, 1))
    for number in (N[1], N[2]):
        prove(database, MARI, number)
    swap = [service(1, 1, number=N[2]), service(2, 1, number=N[1])]
    one_leaves = [service(1, 1, number=N[2]), service(2, 2, number=N[1])]
    both_leave = [service(1, 1, number=N[3]), service(2, 2), service(3, 2, number=N[1])]

    def endings(*lines: Row) -> int:
        file = write(tmp_path / "services.csv", csv_of(lines))
        shown: int = volitus("import", "services", file, "--dry-run", "--json").json["ended"]
        return shown

    shown = [endings(*lines) for lines in (swap, one_leaves, both_leave)]
    given("services", *one_leaves)
    before = ended(database)
    given("services", *both_leave)

    assert shown == [0, 0, 1]
    assert before == []
    assert ended(database) == [Held(MARI, OWN, "administrator", "number_left")]
    assert held(database) == [Held(MARI, OWN, "administrator", "own_account")]


def test_fault_11_the_question_counts_what_the_whole_file_would_end(
    volitus: Volitus, database: Database, given: Import, tmp_path: Path
) -> None:
    given("accounts", account(1), account(2))
    given("services", service(1, 1), service(2, 2))
    prove(database, MARI, N[1])
    swap = [service(1, 1, number=N[2]), service(2, 2, number=N[1])]
    file = write(tmp_path / "services.csv", csv_of(swap))

    asked = volitus("import", "services", file)
    done = volitus("import", "services", file, "--max-endings", "1", "--json")

    assert (asked.code, asked.err.splitlines()[0]) == (2, "number_left: 1")
    assert (done.code, done.json["changed"], done.json["ended"]) == (0, 2, 1)
    assert held(database) == []
