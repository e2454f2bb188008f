"""A bad line is reported with its number, rejected with its reason, and stops no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.imports.record_reader import LONGEST
from storage.database import Database
from tests.builders.import_files import Row, account, csv_of, ndjson_of, service, write
from tests.builders.rows import rows
from tests.clients.cli_runner import Volitus
from tests.fixtures.servers import Databases

# Valid but for its last digit: nothing that is printed or kept may contain it.
WRONG_CODE = "60001019907"
BORN_TOMORROW = "69912310002"


def _csv(bad: Row) -> str:
    return csv_of([account(1), bad, account(3)])


def _line(text: str) -> str:
    head, first, last = csv_of([account(1), account(3)]).splitlines()
    return f"{head}\n{first}\n{text}\n{last}"


def _json(text: str) -> str:
    return ndjson_of([account(1)]) + text + "\n" + ndjson_of([account(3)])


ACCOUNT_LINES = [
    pytest.param(_csv(account(2, id="17")), "invalid_value", id="id-is-no-uuid"),
    pytest.param(_csv(account(2, id="")), "missing_value", id="no-id"),
    pytest.param(_csv(account(2, reference="K" * 101)), "invalid_value", id="reference-too-long"),
    pytest.param(_csv(account(2, status="asleep")), "invalid_value", id="unknown-status"),
    pytest.param(_csv(account(2, status="")), "missing_value", id="no-status"),
    pytest.param(_csv(account(2, owner_kind="dog")), "invalid_value", id="unknown-owner-kind"),
    pytest.param(_csv(account(2, owner_code="10000025")), "invalid_owner", id="registry-code"),
    pytest.param(_csv(account(2, owner_country="Eesti")), "invalid_owner", id="country"),
    pytest.param(
        _csv(account(2, owner_kind="person", owner_code=WRONG_CODE)),
        "invalid_owner",
        id="personal-code",
    ),
    pytest.param(
        _csv(account(2, owner_kind="person", owner_code=BORN_TOMORROW)),
        "invalid_owner",
        id="born-in-the-future",
    ),
    pytest.param(_csv(account(1)), "duplicate", id="same-line-again"),
    pytest.param(_csv(account(2, reference="K1")), "reference_taken", id="reference-of-another"),
    pytest.param(_csv(account(2, name="a\x00b")), "unreadable_text", id="null-character"),
    pytest.param(_csv(account(2, name="\x1b[31m")), "unreadable_text", id="terminal-sequence"),
    pytest.param(_csv(account(2, name="\x9b31m")), "unreadable_text", id="fault-24-c1"),
    pytest.param(_csv(account(2, name="a\u202eb")), "unreadable_text", id="fault-24-bidi"),
    pytest.param(_line("a,b,c"), "wrong_column_count", id="too-few-columns"),
    pytest.param(_line('"open,quote,never,closed,x,y,z'), "bad_csv", id="open-quote"),
    pytest.param(_line("x" * (3 * LONGEST)), "line_too_long", id="endless-line"),
    pytest.param(
        _line("bytes").encode().replace(b"bytes", b"\xff\xfe"), "unreadable_text", id="not-utf-8"
    ),
]
JSON_LINES = [
    pytest.param(_json("{"), "bad_json", id="broken-off"),
    pytest.param(_json("[1]"), "bad_json", id="no-object"),
    pytest.param(_json("[" * 60_000), "bad_json", id="too-deep"),
    pytest.param(_json('{"colour": "red"}'), "unknown_column", id="unknown-column"),
    pytest.param(_json('{"id": 17}'), "invalid_value", id="number-for-text"),
    pytest.param(_json('{"id": null}'), "missing_value", id="null"),
    pytest.param(_json('{"name": "\\ud800"}'), "unreadable_text", id="half-a-character"),
]


@pytest.fixture(scope="module")
def shared(databases: Databases) -> Iterator[str]:
    """One database for every bad line: the good lines beside it are the same in each file."""
    with databases.fresh() as url:
        good = csv_of([account(1), account(3)])
        Volitus(url)("import", "accounts", "-", "--format", "csv", stdin=good.encode())
        good = csv_of([service(1, 1), service(3, 1)])
        Volitus(url)("import", "services", "-", "--format", "csv", stdin=good.encode())
        yield url


@pytest.mark.parametrize(("content", "code"), ACCOUNT_LINES)
def test_bad_lines_of_accounts_are_rejected(
    shared: str, tmp_path: Path, content: str | bytes, code: str
) -> None:
    _one_aside(shared, "accounts", write(tmp_path / "a.csv", content), line=3, code=code)


@pytest.mark.parametrize(("content", "code"), JSON_LINES)
def test_bad_lines_of_accounts_in_json_are_rejected(
    shared: str, tmp_path: Path, content: str, code: str
) -> None:
    _one_aside(shared, "accounts", write(tmp_path / "a.ndjson", content), line=2, code=code)


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        pytest.param(service(2, 9), "account_unknown", id="account-unknown"),
        pytest.param(service(2, 1, kind="pigeon"), "invalid_value", id="unknown-kind"),
        pytest.param(service(2, 1, status="closed"), "invalid_value", id="unknown-status"),
        pytest.param(service(2, 1, number="55512345"), "invalid_value", id="national-number"),
        pytest.param(
            service(2, 1, number=service(1, 1)["number"]), "number_taken", id="number-of-another"
        ),
    ],
)
def test_bad_lines_of_services_are_rejected(
    shared: str, tmp_path: Path, bad: Row, code: str
) -> None:
    file = write(tmp_path / "s.csv", csv_of([service(1, 1), bad, service(3, 1)]))

    _one_aside(shared, "services", file, line=3, code=code)


def _one_aside(url: str, kind: str, file: Path, *, line: int, code: str) -> None:
    result = Volitus(url)("import", kind, file, "--json")
    aside = Volitus(url)("sync", "rejected-records", "--found-in", f"import:{kind}", "--json").json
    kept = {record["key"]: record for record in aside}[f"{file.name}:{line}"]

    assert result.code == 1
    assert (result.json["read"], result.json["rejected"]) == (3, 1)
    assert result.json["created"] + result.json["unchanged"] == 2
    assert result.err.startswith(f"{file.name}:{line}: {code}")
    assert kept["code"] == code
    for text in (result.err, kept["detail"]):
        assert WRONG_CODE not in text
        assert BORN_TOMORROW not in text


def test_a_line_that_is_valid_now_is_no_longer_rejected(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "accounts.csv"
    bad = [account(n, status="asleep") for n in (2, 3, 4)]
    volitus("import", "accounts", write(file, csv_of([account(1), *bad])))

    mended = [account(1), account(2), account(3, status="asleep")]
    result = volitus("import", "accounts", write(file, csv_of(mended)), "--json")

    assert (result.json["created"], result.json["rejected"]) == (1, 1)
    assert _open(database) == ["accounts.csv:4"]


def test_only_lines_of_the_same_file_are_resolved(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    bad = csv_of([account(2, status="asleep")])
    for name in ("a.csv", "a.csv:2.csv", "b.csv"):
        volitus("import", "accounts", write(tmp_path / name, bad))

    volitus("import", "accounts", write(tmp_path / "a.csv", csv_of([account(1)])))

    assert _open(database) == ["a.csv:2.csv:2", "b.csv:2"]


def _open(database: Database) -> list[str]:
    found = rows(database, "SELECT key FROM rejected_record WHERE resolved_at IS NULL ORDER BY key")
    return [row.key for row in found]
