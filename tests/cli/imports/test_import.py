"""Bringing accounts and services in: what a file does, and what the same file does again."""

from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import pytest

from domain.identifiers import PersonKey
from storage.accounts.upserts import PART
from storage.database import Database
from tests.builders import rows as facts
from tests.builders.delegations import OFFICE, delegated_to, given, set_up_customers
from tests.builders.departures import reviews, unaligned
from tests.builders.import_files import (
    ACCOUNT_COLUMNS,
    PERSON,
    Row,
    account,
    csv_of,
    ndjson_of,
    service,
    write,
)
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import Held, as_its_owner, give, held, history, rows
from tests.clients.cli_runner import Volitus

NONE = dict.fromkeys(("read", "created", "changed", "unchanged", "rejected", "ended"), 0)


def test_every_line_of_a_valid_file_is_imported(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    accounts = write(tmp_path / "accounts.csv", csv_of(account(n) for n in range(1, 4)))
    services = write(tmp_path / "services.csv", csv_of([service(1, 1), service(2, 1, number="")]))

    first = volitus("import", "accounts", accounts, "--json")
    second = volitus("import", "services", services, "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.json == {
        "read": 3,
        "created": 3,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "ended": 0,
    }
    assert second.json["created"] == 2
    names = rows(database, "SELECT name FROM account ORDER BY reference")
    assert [row.name for row in names] == ["Ettevõte 1", "Ettevõte 2", "Ettevõte 3"]
    assert rows(database, "SELECT FROM service WHERE number IS NULL") != []


def test_a_file_of_services_may_name_their_users(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([account(1)])))
    used = service(1, 1, user_country="EE", user_code=PERSON)
    strange = service(2, 1, user_country="EE", user_code="60001019907")

    result = volitus("import", "services", write(tmp_path / "s.csv", csv_of([used, strange])))

    assert result.err.startswith("s.csv:3: invalid_user")
    users = rows(database, "SELECT p.code FROM service s JOIN person p ON p.id = s.user_id")
    assert [row.code for row in users] == [PERSON]


def test_deleg_5_the_setting_of_departures_counts_for_imported_accounts(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    """Of a company whose newest register state was not aligned with yet; the preview counts it."""
    set_up_customers(database)
    given(database, MARI, ANNA, OFFICE)
    unaligned(database, state(sole(JAAN), minute=1))
    file = write(tmp_path / "a.csv", csv_of([account(77, owner_code=KUUSK.code)]))
    ending = volitus.with_settings(VOLITUS_DEPARTURE_ACTION="end")

    tried = ending("import", "accounts", file, "--dry-run", "--json")
    done = ending("import", "accounts", file, "--yes", "--json")

    assert (tried.json["ended"], done.json["ended"]) == (2, 2)
    assert (delegated_to(database, ANNA), reviews(database)) == ([], [])


def test_a_private_person_has_the_own_account(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    own = account(1, owner_kind="person", owner_code=PERSON)

    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([own])))

    assert held(database) == [
        Held(PersonKey("EE", PERSON), UUID(int=1), "administrator", "own_account")
    ]


def test_the_same_file_again_changes_nothing(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    lines = csv_of([account(1), account(2, owner_code="1"), account(3)])
    file = write(tmp_path / "accounts.csv", lines)
    volitus("import", "accounts", file)
    before = history(database)

    again = volitus("import", "accounts", file, "--json")

    assert again.json == {
        "read": 3,
        "created": 0,
        "changed": 0,
        "unchanged": 2,
        "rejected": 1,
        "ended": 0,
    }
    assert history(database) == before
    assert [
        row.occurrences for row in rows(database, "SELECT occurrences FROM rejected_record")
    ] == [2]


@pytest.mark.parametrize(
    "write_as",
    [pytest.param(csv_of, id="csv"), pytest.param(ndjson_of, id="ndjson")],
)
def test_changed_and_unchanged_lines_are_counted_separately(
    volitus: Volitus, tmp_path: Path, write_as: Callable[[Iterable[Row]], str]
) -> None:
    file = tmp_path / f"accounts.{'csv' if write_as is csv_of else 'ndjson'}"
    volitus("import", "accounts", write(file, write_as([account(1), account(2)])))

    write(file, write_as([account(1, name="Uus nimi"), account(2), account(3)]))
    result = volitus("import", "accounts", file, "--json")

    assert result.json == {
        "read": 3,
        "created": 1,
        "changed": 1,
        "unchanged": 1,
        "rejected": 0,
        "ended": 0,
    }


def test_ndjson_is_imported_like_csv(volitus: Volitus, tmp_path: Path) -> None:
    facts = [account(1), account(2, name=""), account(3, status="closed", name='"Jutumärk, OÜ"')]
    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of(facts)))

    result = volitus("import", "accounts", write(tmp_path / "a.ndjson", ndjson_of(facts)), "--json")

    assert result.json["unchanged"] == 3


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), "a.csv", id="byte-order-mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), "a.csv", id="windows-lines"),
        pytest.param(lambda text: text.strip().encode(), "a.csv", id="no-newline-at-the-end"),
        pytest.param(lambda text: text.replace("\n", "\n\n").encode(), "A.CSV", id="blank-lines"),
    ],
)
def test_files_as_other_programs_write_them(
    volitus: Volitus, tmp_path: Path, encode: type, name: str
) -> None:
    file = write(tmp_path / name, encode(csv_of([account(1), account(2)])))

    result = volitus("import", "accounts", file, "--json")

    assert result.json["created"] == 2


def test_columns_may_come_in_any_order(volitus: Volitus, tmp_path: Path) -> None:
    turned = dict(reversed(account(1).items()))

    result = volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([turned])), "--json")

    assert result.json["created"] == 1


def test_standard_input_is_a_file_too(volitus: Volitus, database: Database) -> None:
    lines = ndjson_of([account(1), account(2, status="asleep")])

    result = volitus(
        "import", "accounts", "-", "--format", "ndjson", "--json", stdin=lines.encode()
    )

    assert (result.json["created"], result.json["rejected"]) == (1, 1)
    assert [row.key for row in rows(database, "SELECT key FROM rejected_record")] == ["stdin:2"]


def test_a_dry_run_shows_the_result_and_changes_nothing(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.csv", csv_of([account(1), account(2, status="asleep")]))

    result = volitus("import", "accounts", file, "--dry-run", "--json")

    assert (result.json["created"], result.json["rejected"]) == (1, 1)
    assert "a.csv:3: invalid_value: status" in result.err
    assert rows(database, "SELECT FROM account") == []
    assert rows(database, "SELECT FROM rejected_record") == []
    assert history(database) == []


def private(status: str = "active") -> str:
    """Two accounts of a person, who has access to them."""
    own = [account(n, owner_kind="person", owner_code=PERSON, status=status) for n in (1, 2)]
    return csv_of(own)


@pytest.mark.parametrize("options", [("--max-endings", "2"), ("--yes",)])
def test_fault_6_an_import_that_would_end_access_asks_first(
    volitus: Volitus, database: Database, tmp_path: Path, options: tuple[str, ...]
) -> None:
    volitus("import", "accounts", write(tmp_path / "a.csv", private()))
    before = history(database)
    file = write(tmp_path / "a.csv", private("closed"))

    refused = [volitus("import", "accounts", file, *few) for few in ((), ("--max-endings", "1"))]
    after = history(database)
    done = volitus("import", "accounts", file, "--json", *options)

    assert [result.code for result in refused] == [2, 2]
    assert "account_closed: 2" in refused[0].err
    assert "Nothing was imported: 2 grants would end" in refused[0].err
    assert after == before
    assert (done.code, done.json["ended"], held(database)) == (0, 2, [])


def test_fault_6_services_that_would_end_access_ask_too(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([account(1)])))
    volitus("import", "services", write(tmp_path / "s.csv", csv_of([service(1, 1)])))
    on = facts.service(999_001, facts.account(PersonKey("EE", PERSON)))
    give(database, PersonKey("EE", PERSON), facts.account(PersonKey("EE", PERSON)), on=on)

    ended = write(tmp_path / "s.csv", csv_of([service(1, 1, status="ended")]))
    asked = volitus("import", "services", ended)
    piped = volitus("import", "services", "-", "--format", "csv", stdin=ended.read_bytes())
    dry = volitus("import", "services", ended, "--dry-run", "--json")

    assert (asked.code, piped.code, len(held(database))) == (2, 2, 1)
    assert "service_gone: 1" in asked.err
    assert (dry.code, dry.json["ended"]) == (0, 1)


def test_repeated_ids_are_noticed_across_batches(volitus: Volitus, tmp_path: Path) -> None:
    lines = [account(n) for n in range(1, PART + 3)]
    file = write(tmp_path / "a.csv", csv_of([*lines, account(1)]))

    first, second = (volitus("import", "accounts", file, "--json") for _ in range(2))

    assert f"a.csv:{PART + 4}: duplicate: the same id as in line 2" in first.err
    assert (first.json["created"], first.json["rejected"]) == (PART + 2, 1)
    assert (second.json["unchanged"], second.json["changed"]) == (PART + 2, 0)


def test_a_line_that_only_the_database_refuses_does_not_stop_the_others(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    as_its_owner(database, "ALTER TABLE account ADD CHECK (name <> 'Keelatud')")
    lines = [account(1), account(2, name="Keelatud"), account(3, status="asleep"), account(4)]

    file = write(tmp_path / "a.csv", csv_of(lines))
    result = volitus("import", "accounts", file, "--json")

    assert result.json == {
        "read": 4,
        "created": 2,
        "changed": 0,
        "unchanged": 0,
        "rejected": 2,
        "ended": 0,
    }
    found = rows(database, "SELECT key, code FROM rejected_record ORDER BY key")
    assert found == [("a.csv:3", "refused_by_database"), ("a.csv:4", "invalid_value")]


def test_many_bad_lines_do_not_flood_the_terminal(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    lines = [account(n, status="asleep") for n in range(1, 100)]

    result = volitus("import", "accounts", write(tmp_path / "a.csv", csv_of(lines)))

    assert len(result.err.splitlines()) == 51  # fifty of them, and where the others are
    assert "volitus sync rejected-records --found-in import:accounts" in result.err
    assert len(rows(database, "SELECT FROM rejected_record")) == 99


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(csv_of([account(1)]).split("\n", 1)[1], "first line", id="none"),
        pytest.param("", "first line", id="empty-file"),
        pytest.param("id,name\n", "missing: reference", id="columns-missing"),
        pytest.param(f"{ACCOUNT_COLUMNS},x\n", "column 8", id="column-unknown"),
        pytest.param(f"{ACCOUNT_COLUMNS},id\n", "each once", id="column-twice"),
    ],
)
def test_a_wrong_header_is_one_clear_line(
    volitus: Volitus, database: Database, tmp_path: Path, content: str, message: str
) -> None:
    result = volitus("import", "accounts", write(tmp_path / "a.csv", content))

    assert result.code == 2
    assert message in result.err
    assert len(result.err.splitlines()) == 1
    assert account(1)["owner_code"] not in result.err
    assert rows(database, "SELECT FROM account") == []


def test_a_file_name_without_a_known_format(volitus: Volitus, tmp_path: Path) -> None:
    result = volitus("import", "accounts", write(tmp_path / "a.txt", csv_of([account(1)])))

    assert result.code == 2
    assert "--format" in result.err


def test_a_missing_file_is_refused(volitus: Volitus, tmp_path: Path) -> None:
    result = volitus("import", "accounts", tmp_path / "none.csv")

    assert result.code == 2
    assert "No such file" in result.err
