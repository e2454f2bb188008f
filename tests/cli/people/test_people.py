"""Operations export and erase the data about a person at a shell."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from storage.database import Database
from tests.builders.person_traces import NAME, WHO, lived, loses_everything, personal
from tests.clients.cli_runner import Volitus
from tests.oracles.row_scan import rows_with

GROUND = ("--ground", "no_longer_needed")


@pytest.fixture
def who(database: Database) -> UUID:
    return lived(database)


def test_fault_23_an_export_is_a_new_file_of_its_owners_alone(
    volitus: Volitus, who: UUID, tmp_path: Path
) -> None:
    out = tmp_path / "person.json"

    first = volitus("people", "export", "--person", who, "--out", out)
    written = out.read_bytes()
    again = volitus("people", "export", "--person", who, "--out", out)

    assert (first.code, again.code) == (0, 1)
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(written)["data"]["person"]["rows"][0]["name"] == NAME
    assert "exists already" in again.err
    assert out.read_bytes() == written
    assert WHO.code not in first.out + first.err


def test_fault_23_a_person_is_named_by_id_or_on_standard_input(
    volitus: Volitus, who: UUID, tmp_path: Path
) -> None:
    out = tmp_path / "person.json"
    words = ("people", "export", "--out", out)

    neither = volitus(*words)
    unknown = volitus(*words, "--person-code-stdin", stdin=b"EE60001019906\n")
    nobody = volitus(*words, "--person", uuid4())
    left = out.exists()
    found = volitus(*words, "--person-code-stdin", stdin=f"EE{WHO.code}\n".encode())

    assert (neither.code, unknown.code, nobody.code, left) == (2, 1, 1, False)
    assert "No person with this code" in unknown.err
    assert "No person has this id" in nobody.err
    assert (found.code, json.loads(out.read_text())["person_id"]) == (0, str(who))


def test_fault_23_an_export_goes_to_standard_output_where_a_container_keeps_no_file(
    volitus: Volitus, who: UUID
) -> None:
    result = volitus("people", "export", "--person", who, "--out", "-")

    assert (result.code, result.json["person_id"]) == (0, str(who))
    assert "Written to stdout" in result.err


@pytest.mark.usefixtures("who")
def test_fault_23_a_directory_that_is_not_there_is_an_error(
    volitus: Volitus, who: UUID, tmp_path: Path
) -> None:
    result = volitus("people", "export", "--person", who, "--out", tmp_path / "no" / "file")

    assert (result.code, "No such file" in result.err) == (1, True)


def test_fault_23_an_erasure_shows_asks_and_is_repeatable(
    volitus: Volitus, database: Database, who: UUID
) -> None:
    words = ("people", "erase", "--person", who, *GROUND)
    blocked = volitus(*words, "--yes")
    loses_everything(database)

    tried = volitus(*words, "--dry-run")
    unasked = volitus(*words)
    kept = rows_with(database, personal().values())
    done = volitus(*words, "--yes", "--json")
    again = volitus(*words, "--json")

    assert (blocked.code, "has access" in blocked.err) == (1, True)
    assert (tried.code, "register_state" in tried.out) == (0, True)
    assert (unasked.code, "Use --yes" in unasked.err) == (2, True)
    assert kept
    assert rows_with(database, personal().values()) == set()
    assert done.json["changes"]
    assert again.json == done.json | {"changes": []}
    assert "Nothing was left to erase" in again.err
    assert volitus("events", "verify").code == 0


def test_fault_23_the_tables_are_printed_for_the_documentation(nowhere: Volitus) -> None:
    result = nowhere("people", "tables")

    assert result.out.startswith("| table | about | holds | why | kept |\n")
    assert "| `person` |" in result.out
