"""Trying a run's answers out beside logins and the operator's systems, which lock companies too."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from domain.registry.hold_limits import HoldLimits
from domain.registry.register import RegisterState
from domain.registry.sync import SyncSource
from storage.database import Database, Session
from storage.parties import names, upsert
from storage.registry import apply_answers, register_states, sync_changes, sync_runs
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, company, sole, state
from tests.builders.rows import (
    account,
    company_id,
    held,
    put,
    rows,
    store_states,
    wait_until_blocked,
)

PUU = company(3)
COMPANIES = [KUUSK, TAMM, PUU]
BEFORE = [state(sole(MARI), of=each) for each in COMPANIES]
AFTER = [state(sole(JAAN), of=each, minute=1) for each in COMPANIES]


def answered_run(database: Database, *answers: RegisterState) -> UUID:
    """A run to which the register answered this."""
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.CHECK, "1")
        ids = upsert.company_ids(session, [answer.company for answer in answers])
        for answer in answers:
            sync_changes.add_company(session, run_id, ids[answer.company])
            sync_changes.keep_answer(session, run_id, ids[answer.company], answer)
    return run_id


def customers(database: Database) -> list[UUID]:
    """Make each company a customer for which Mari acts; return their ids in order."""
    put(database, *(account(each, number) for number, each in enumerate(COMPANIES, 1)))
    store_states(database, *BEFORE)
    return sorted(company_id(database, each) for each in COMPANIES)


def is_held(database: Database, run_id: UUID, *, batch: int, least: int = 20) -> bool:
    return apply_answers.hold_if_too_much(
        database,
        run_id,
        HoldLimits(share=0.5, least=least),
        register="EE",
        batch=batch,
        progress=lambda _: None,
    )


def lock(session: Session, company_id: UUID) -> None:
    register_states.lock(session, [company_id])


def test_fault_13_a_trial_locks_one_batch_of_companies_at_a_time(database: Database) -> None:
    first, *_, last = customers(database)
    run_id = answered_run(database, *AFTER)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            lock(session, last)
            trial = beside.submit(is_held, database, run_id, batch=1)
            wait_until_blocked(database, by=session)
            lock(session, first)
        assert trial.result(60) is False


def test_fault_13_a_trial_in_batches_counts_all_that_would_end(database: Database) -> None:
    customers(database)
    run_id = answered_run(database, *AFTER)
    before = held(database)

    assert is_held(database, run_id, batch=1, least=3)

    (run,) = rows(database, "SELECT preview FROM sync_run")
    assert [run.preview[name] for name in ("open_grants",)] == [3]
    assert [run.preview[name]["total"] for name in ("ending", "starting")] == [3, 3]
    assert held(database) == before


def test_fault_13_a_trial_that_postgresql_ends_as_a_deadlock_is_repeated(
    database: Database,
) -> None:
    first, *_, last = customers(database)
    run_id = answered_run(database, *AFTER)

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            lock(session, last)
            trial = beside.submit(is_held, database, run_id, batch=3, least=3)
            wait_until_blocked(database, by=session)
            lock(session, first)  # PostgreSQL ends the trial, which waits for longer
        assert trial.result(60) is True


def test_fault_13_two_that_rename_the_same_persons_lock_them_in_one_order(
    database: Database,
) -> None:
    with database.transaction() as session:
        ids = sorted(upsert.person_ids(session, [MARI, JAAN, TIIU]).values())

    def rename() -> None:
        with database.transaction() as session:
            names.rename_persons(session, dict.fromkeys(reversed(ids), "Uus Nimi"))

    with ThreadPoolExecutor() as beside:
        with database.transaction() as session:
            names.rename_persons(session, {ids[0]: "Teine Nimi"})
            renamed = beside.submit(rename)
            wait_until_blocked(database, by=session)
            names.rename_persons(session, {ids[2]: "Teine Nimi"})
        renamed.result(60)

    assert {row.name for row in rows(database, "SELECT name FROM person")} == {"Uus Nimi"}
