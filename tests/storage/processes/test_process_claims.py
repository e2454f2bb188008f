"""Processes that workers claim: to start them, and to compare them with their workflows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

from sqlalchemy import text

from domain.processes import ProcessType
from storage.database import Database
from storage.processes import processes
from tests.builders.processes import asked, put_refreshes
from tests.builders.rows import as_its_owner, carry_out

NOTHING, MINUTE = timedelta(), timedelta(minutes=1)


def unstarted(database: Database) -> list[UUID]:
    with database.transaction() as session:
        after = {ProcessType.REFRESH: MINUTE}
        return [each.id for each in processes.claim_unstarted(session, after)]


def test_the_longer_a_process_was_not_started_the_more_rarely_it_is_tried(
    database: Database,
) -> None:
    id_ = asked(database, ProcessType.REFRESH)
    asked(database, ProcessType.RESEND)  # of this type nobody starts any here

    assert unstarted(database) == [], "whoever asked for it may be starting it"
    passes(database, "2 minutes")
    assert unstarted(database) == [id_]
    assert unstarted(database) == [], "it has just been tried"
    for time, again in (
        ("58 seconds", []),
        ("3 seconds", [id_]),
        ("1 hour", [id_]),
        ("9 minutes", []),
        ("2 minutes", [id_]),
    ):
        passes(database, time)
        assert unstarted(database) == again, time
    with database.transaction() as session:
        processes.started(session, [id_])
    passes(database, "1 day")
    assert unstarted(database) == []


def passes(database: Database, time: str) -> None:
    """Let everything be older by so much."""
    shift = f"interval '{time}'"
    carry_out(
        database, f"UPDATE process SET asked_at = asked_at - {shift}, tried_at = tried_at - {shift}"
    )


def claim(database: Database, limit: int) -> list[str]:
    with database.transaction() as session:
        due = processes.claim_checks(session, every=MINUTE, young=NOTHING, limit=limit)
    return [each.workflow_id for each in due.processes]


def test_the_longest_unchecked_processes_are_compared_first(database: Database) -> None:
    put_refreshes(database, 100, open_=90)

    assert claim(database, 3) == ["refresh/90", "refresh/89", "refresh/88"]
    rest = claim(database, 100)
    assert rest == [f"refresh/{n}" for n in range(87, 1, -1)], "not those of the last minute"
    assert claim(database, 100) == []
    carry_out(database, "UPDATE process SET checked_at = checked_at - interval '1 hour'")
    assert claim(database, 1) == ["refresh/90"]


def test_processes_that_could_not_be_compared_come_first(database: Database) -> None:
    put_refreshes(database, 100)
    with database.transaction() as session:
        due = processes.claim_checks(session, every=MINUTE, young=NOTHING, limit=2)
    assert due.behind > timedelta(minutes=99)

    with database.transaction() as session:
        processes.give_checks_back(session, due.processes[1:])

    assert claim(database, 1) == ["refresh/99"]


def test_processes_that_could_not_be_compared_are_as_late_as_they_were(database: Database) -> None:
    put_refreshes(database, 1)
    carry_out(
        database,
        "UPDATE process SET asked_at = now() - interval '90 days',"
        " checked_at = now() - interval '2 minutes'",
    )

    for _ in range(2):
        with database.transaction() as session:
            due = processes.claim_checks(session, every=MINUTE, young=NOTHING, limit=1)
            processes.give_checks_back(session, due.processes)

        assert timedelta(minutes=2) <= due.behind < timedelta(minutes=3)


def test_concurrent_workers_claim_different_processes(database: Database) -> None:
    put_refreshes(database, 1001)
    start = Barrier(4)

    def work() -> list[str]:
        start.wait()
        taken: list[str] = []
        while some := claim(database, 20):
            taken += some
        return taken

    with ThreadPoolExecutor(4) as threads:
        claims = [threads.submit(work) for _ in range(4)]
        taken = [each for done in claims for each in done.result()]

    assert len(taken) == len(set(taken)) == 1000


def test_of_100_000_open_processes_an_index_finds_those_that_are_due(database: Database) -> None:
    put_refreshes(database, 100_000)
    as_its_owner(database, "ANALYZE process")
    plans = {}
    with database.trial() as session:
        session.execute(text("SET LOCAL enable_seqscan = on"))
        for statement, parameters in (
            (processes.CHECK, {"every": MINUTE, "young": NOTHING, "limit": 50}),
            (processes.UNSTARTED, {"types": ["refresh"], "spans": [MINUTE], "limit": 200}),
        ):
            explained = session.execute(text(f"EXPLAIN {statement.text}"), parameters).scalars()
            plans[statement] = "\n".join(explained)

    for statement, index in (
        (processes.CHECK, "ix_process_check"),
        (processes.UNSTARTED, "ix_process_unstarted"),
    ):
        assert index in plans[statement], plans[statement]
        assert "Seq Scan on process" not in plans[statement], plans[statement]
