"""api.7: bad lines and hostile files of a comparison, what is printed, and its CSV file."""

import csv
from pathlib import Path

import pytest

from storage.database import Database
from tests.builders.delegations import set_up_customers
from tests.builders.import_files import ndjson_of, write
from tests.builders.old_access import compared, differences, old
from tests.builders.people import ANNA, JAAN, MARI, person
from tests.clients.cli_runner import Volitus


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    set_up_customers(database)


BAD = {
    "invalid_person": old(MARI, "K1", person_code="60001019907"),
    "unknown_role": old(MARI, "K1", "king"),
    "unknown_permission": old(MARI, "K1", permissions="invoice:burn"),
    "missing_value": old(MARI, ""),
    "invalid_value: role or permissions": old(MARI, "K1") | {"permissions": "invoice:pay"},
    "invalid_value: service_id or number": old(
        MARI, "K1", service_id="00000000-0000-0000-0000-0000000003e9", number="+37255500109"
    ),
    "invalid_value: service_id": old(MARI, "K1", service_id="47101010033"),
    "invalid_value: number": old(MARI, "K1", number="55500109"),
    "invalid_value: through_day": old(MARI, "K1", through_day="31.12.2026"),
    "unreadable_text": old(MARI, "K1\x00"),
}


def test_api_7_bad_lines_are_said_with_their_numbers_and_left_out(
    volitus: Volitus, tmp_path: Path
) -> None:
    result = compared(volitus, tmp_path, [*BAD.values(), old(MARI, "K1")])

    said = result.err.splitlines()
    assert result.code == 1
    assert [line.partition(": ")[2].startswith(why) for why, line in zip(BAD, said, strict=True)]
    for number, (why, line) in enumerate(zip(BAD, said, strict=True), 2):
        assert line.startswith(f"old.csv:{number}: {why}")
    assert (result.json["rejected"], result.json["findings"]["same"]) == (len(BAD), 1)
    for code in (MARI.code, "60001019907"):
        assert code not in result.out + result.err


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x80\xff\n", id="no-text"),
        pytest.param(b"60001019906,K1,administrator\n", id="no-header"),
        pytest.param(b"", id="empty"),
        pytest.param(b"person_code,account_reference,secret\n", id="strange-column"),
    ],
)
def test_api_7_a_file_without_its_columns_is_refused(
    volitus: Volitus, tmp_path: Path, content: bytes
) -> None:
    file = write(tmp_path / "old.csv", content)

    result = volitus("import", "grants", "--compare", file)

    assert (result.code, result.out) == (2, "")
    assert "person_code" in result.err
    assert "60001019906" not in result.err


def test_api_7_a_code_in_the_wrong_column_is_not_printed(volitus: Volitus, tmp_path: Path) -> None:
    swapped = old(MARI, ANNA.code)
    formula = old(MARI, "=1+1'; DROP TABLE person; --")
    file = tmp_path / "out.csv"

    result = compared(volitus, tmp_path, [swapped, formula], "--csv", file)

    assert {each["reasons"][0]["code"] for each in differences(result).values()} == {
        "account_unknown"
    }
    for printed in (result.out, result.err, file.read_text()):
        assert ANNA.code not in printed
        assert "DROP" not in printed


def test_api_7_ndjson_and_standard_input_are_read_too(volitus: Volitus) -> None:
    lines = ndjson_of([old(MARI, "K1"), old(JAAN, "K1")])

    result = volitus(
        *("import", "grants", "--compare", "-", "--format", "ndjson", "--json"),
        stdin=lines.encode(),
    )

    assert result.json["findings"]["same"] == 1
    assert list(differences(result)) == [2]


def test_api_7_counts_come_first_and_then_the_first_differences(
    volitus: Volitus, tmp_path: Path
) -> None:
    lines = [old(person(number), "K1") for number in range(3)]
    compared(volitus, tmp_path, lines)

    result = volitus("import", "grants", "--compare", tmp_path / "old.csv", "--limit", 2)

    assert result.out.index("only in the old system") < result.out.index("not_in_register")
    assert "Nobody is known here by this personal code" in result.out
    assert result.err == (
        "2 more: --limit shows more of them, --csv FILE writes all.\nNothing was changed.\n"
    )


def test_api_7_the_csv_file_has_every_difference_and_no_code(
    volitus: Volitus, tmp_path: Path
) -> None:
    """More of them than are read at once, and than are printed."""
    file = tmp_path / "all.csv"
    everybody = [person(number) for number in range(1000)] + [ANNA]

    result = compared(volitus, tmp_path, [old(who, "K1") for who in everybody], "--csv", file)

    with file.open(newline="") as text:
        written = list(csv.DictReader(text))
    assert (len(result.json["differences"]), result.json["left_out"]) == (50, 952)
    assert [row["line"] for row in written] == [*map(str, range(2, 1003)), ""]
    assert written[0]["reasons"] == "not_in_register person_unknown"
    assert written[-1]["finding"] == "only_volitus"
    assert file.stat().st_mode & 0o077 == 0
    assert not any(who.code in file.read_text() for who in everybody)


def test_api_7_a_file_that_exists_is_not_overwritten(volitus: Volitus, tmp_path: Path) -> None:
    file = write(tmp_path / "all.csv", "kept")

    result = compared(volitus, tmp_path, [old(MARI, "K1")], "--csv", file)

    assert (result.code, file.read_text()) == (1, "kept")
    assert "exists already" in result.err
