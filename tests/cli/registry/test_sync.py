"""Looking at runs of the register sync, and at the records they rejected."""

from uuid import UUID

import pytest

from domain.reasons import Reason
from domain.registry.register import Defect
from domain.registry.sync import SyncSource, SyncState
from storage.database import Database
from storage.registry import rejected_records, sync_runs
from tests.builders.rows import carry_out
from tests.clients.cli_runner import Volitus


def _run(database: Database, subject: str, source: SyncSource = SyncSource.CHECK) -> UUID:
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, source, subject)
        sync_runs.set_counts(session, run_id, to_query=7, ended=0)
    return run_id


def test_runs_are_listed_newest_first(volitus: Volitus, database: Database) -> None:
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        _run(database, day)

    listed = volitus("sync", "list", "--json").json

    assert [run["subject"] for run in listed] == ["2026-11-23", "2026-11-22", "2026-11-21"]
    assert "2026-11-23" in volitus("sync", "list", "--limit", 1).out
    assert "2026-11-21" not in volitus("sync", "list", "--limit", 1).out


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["table", "json"])
def test_a_full_page_shows_how_to_continue(
    volitus: Volitus, database: Database, form: tuple[str, ...]
) -> None:
    _run(database, "2026-11-22")
    _run(database, "2026-11-23")

    assert "there may be more" in volitus("sync", "list", "--limit", 2, *form).err
    assert "more than" not in volitus("sync", "list", "--limit", 3, *form).err


def test_a_run_is_shown_with_its_counts_and_reason(volitus: Volitus, database: Database) -> None:
    run_id = _run(database, "2026-11-23", SyncSource.FILE)
    with database.transaction() as session:
        sync_runs.end_run(
            session, run_id, SyncState.REFUSED, Reason("too_few_companies", "Half is missing")
        )

    result = volitus("sync", "show", run_id)

    counts = volitus("sync", "show", run_id, "--json").json["counts"]
    assert "refused" in result.out
    assert "Half is missing (too_few_companies)" in result.out
    assert "to_query 7, ended 0" in result.out
    assert {name: number for name, number in counts.items() if number is not None} == {
        "to_query": 7,
        "ended": 0,
    }


def test_a_run_is_found_by_what_a_person_would_type(volitus: Volitus, database: Database) -> None:
    first, second = _run(database, "2026-11-22"), _run(database, "2026-11-23")
    for run_id, wanted in ((first, "aaaa0000"), (second, "aaaa1111")):
        other = wanted + str(run_id)[8:]
        carry_out(database, "UPDATE sync_run SET id = :to WHERE id = :id", to=other, id=run_id)

    def subject(run: str) -> str:
        return str(volitus("sync", "show", run, "--json").json["subject"])

    assert subject("latest") == "2026-11-23"
    assert subject("aaaa00") == "2026-11-22"
    assert subject("AAAA1111") == "2026-11-23"


@pytest.mark.parametrize(
    ("run", "message"),
    [
        pytest.param("aaaaaa", "No run has the id `aaaaaa`: `volitus sync list`", id="unknown"),
        pytest.param("%", "No run has the id `%`", id="no-id-at-all"),
        pytest.param("latest", "No run has the id `latest`", id="there-are-none"),
    ],
)
@pytest.mark.parametrize("words", ["show", "release --reason why", "reject --reason why"])
def test_an_unknown_run_is_refused(volitus: Volitus, words: str, run: str, message: str) -> None:
    command, *options = words.split()

    result = volitus("sync", command, run, *options)

    assert result.code == 1
    assert result.err.startswith(message)


def test_an_ambiguous_prefix_is_refused(volitus: Volitus, database: Database) -> None:
    for number in (1, 2):
        run_id = _run(database, f"2026-11-2{number}")
        id_ = f"bbbbbb{number}{str(run_id)[7:]}"
        carry_out(database, "UPDATE sync_run SET id = :to WHERE id = :id", to=id_, id=run_id)

    result = volitus("sync", "show", "bbbbbb")

    assert result.code == 1
    assert "Several ids begin with bbbbbb" in result.err


def test_only_a_held_run_can_be_decided(volitus: Volitus, database: Database) -> None:
    _run(database, "2026-11-23")

    result = volitus("sync", "release", "latest", "--reason", "checked")

    assert result.code == 1
    assert "is not held: it is running" in result.err


def test_no_decision_without_a_reason(volitus: Volitus) -> None:
    assert volitus("sync", "release", "latest").code == 2


def test_a_rejected_record_is_listed_until_it_can_be_used(
    volitus: Volitus, database: Database
) -> None:
    with database.transaction() as session:
        rejected_records.reject(session, "register", Defect("10000024", "bad_answer", "no status"))
        rejected_records.reject(session, "import:accounts", Defect("a.csv:3", "bad_csv", ""))
    carry_out(
        database,
        "UPDATE rejected_record SET resolved_at = now() WHERE found_in = 'import:accounts'",
    )

    (only,) = volitus("sync", "rejected-records", "--json").json

    assert (only["found_in"], only["key"], only["code"]) == ("register", "10000024", "bad_answer")
    assert "no status" in volitus("sync", "rejected-records").out
    assert volitus("sync", "rejected-records", "--found-in", "import:accounts", "--json").json == []


def test_a_list_that_is_cut_says_so(volitus: Volitus, database: Database) -> None:
    with database.transaction() as session:
        for number in range(3):
            rejected_records.reject(session, "register", Defect(str(number), "bad_answer", ""))

    assert "more" in volitus("sync", "rejected-records", "--limit", 2).err
    assert volitus("sync", "rejected-records", "--limit", 4).err == ""
