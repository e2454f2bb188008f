"""Trying a run's answers out beside logins and the operator's systems, which lock companies too."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.access.grants import Origin
from domain.audit import Actor, ActorKind
from domain.registry.hold_limits import HoldLimits
from domain.registry.register import CompanyStatus, RegisterState
from domain.registry.sync import SyncDecision, SyncSource, SyncState, company_subject
from storage.access import grants
from storage.database import Database, Session
from storage.parties import names, upsert
from storage.registry import apply_answers, register_states, sync_changes, sync_decisions, sync_runs
from tests.builders.people import JAAN, MARI, TIIU, person
from tests.builders.register_states import KUUSK, TAMM, company, sole, state
from tests.builders.rows import (
    BILLING,
    account,
    carry_out,
    company_id,
    held,
    put,
    rows,
    starting,
    store_states,
    wait_until_blocked,
)
from tests.fixtures.patience import PATIENCE

PUU = company(3)
COMPANIES = [KUUSK, TAMM, PUU]
BEFORE = [state(sole(MARI), of=each) for each in COMPANIES]
AFTER = [state(sole(JAAN), of=each, minute=1) for each in COMPANIES]


def answered_run(database: Database, *answers: RegisterState, subject: str = "1") -> UUID:
    """A run to which the register answered this."""
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.CHECK, subject)
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


def is_held(
    database: Database, run_id: UUID, *, batch: int = 10, least: int = 20, share: float = 0.5
) -> bool:
    return apply_answers.hold_if_too_much(
        database,
        run_id,
        HoldLimits(share=share, least=least),
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
        assert trial.result(PATIENCE) is False


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
        assert trial.result(PATIENCE) is True


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
        renamed.result(PATIENCE)

    assert {row.name for row in rows(database, "SELECT name FROM person")} == {"Uus Nimi"}


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        pytest.param("23 hours", True, id="within-the-window"),
        pytest.param("25 hours", False, id="before-the-window"),
    ],
)
def test_fault_6_a_run_is_held_with_what_others_ended_lately(
    database: Database, age: str, expected: bool
) -> None:
    customers(database)
    first = answered_run(database, *AFTER[:2])
    second = answered_run(database, *AFTER[2:], subject="2")

    one = is_held(database, first, least=3, share=0.1)
    carry_out(database, "UPDATE register_ending SET at = now() - CAST(:age AS interval)", age=age)
    other = is_held(database, second, least=3, share=0.1)

    assert (one, other) == (False, expected)


def test_fault_6_a_run_that_is_weighed_again_counts_once(database: Database) -> None:
    customers(database)
    run_id = answered_run(database, *AFTER[:2])

    weighed = [is_held(database, run_id, least=3, share=0.1) for _ in range(3)]

    assert weighed == [False, False, False]


def test_fault_6_what_the_operators_systems_end_is_not_counted(database: Database) -> None:
    customers(database)
    put(database, account(KUUSK, 1, status="closed"), account(TAMM, 2, status="closed"))

    assert not is_held(database, answered_run(database, *AFTER[2:]), least=2, share=0.1)


def log_in(database: Database, answer: RegisterState) -> bool:
    """Apply this answer as a login does; returns whether it was applied."""
    limits = HoldLimits(share=0.1, least=1)
    of = company_id(database, answer.company)
    return apply_answers.apply_or_hold(database, of, answer, limits, register="EE") is not None


def runs_of_logins(database: Database) -> list[str]:
    found = rows(database, "SELECT state FROM sync_run WHERE source = 'company' ORDER BY id")
    return [run.state for run in found]


def test_fault_6_what_a_login_may_not_end_opens_one_run_and_changes_nothing(
    database: Database,
) -> None:
    customers(database)
    before = held(database), rows(database, "SELECT * FROM register_state")
    with database.transaction() as session:  # a run of this hour about the company has ended
        subject = company_subject(company_id(database, KUUSK), datetime.now(UTC))
        run_id, _ = sync_runs.open_run(session, SyncSource.COMPANY, subject)
        sync_runs.end_run(session, run_id, SyncState.FINISHED)

    applied = [log_in(database, AFTER[0]) for _ in range(2)]

    assert applied == [False, False]
    assert sorted(runs_of_logins(database)) == ["finished", "running"]
    assert (held(database), rows(database, "SELECT * FROM register_state")) == before


def test_fault_6_a_rejected_run_of_a_login_is_not_opened_again_at_the_next_login(
    database: Database,
) -> None:
    customers(database)
    log_in(database, AFTER[0])
    carry_out(database, "UPDATE sync_run SET state = 'held'")
    (run,) = rows(database, "SELECT id FROM sync_run")
    with database.transaction() as session:
        ann, id_ = Actor(ActorKind.OPS, "ann"), uuid4()
        sync_decisions.decide(
            session, run.id, SyncDecision.REJECT, actor=ann, note="no", decision_id=id_
        )

    log_in(database, AFTER[0])
    rejected = runs_of_logins(database)
    carry_out(database, "UPDATE sync_run SET ended_at = ended_at - interval '25 hours'")
    log_in(database, AFTER[0])

    assert rejected == ["rejected"]
    assert sorted(runs_of_logins(database)) == ["rejected", "running"]


def test_fault_6_a_login_that_ends_nothing_is_applied_whatever_ended_before(
    database: Database,
) -> None:
    customers(database)

    assert log_in(database, state(sole(MARI), sole(JAAN), minute=1))


def delegate(database: Database, number: int) -> None:
    """Let this many people have delegated access to the first company's account."""
    office = account(KUUSK, 1)
    with database.transaction() as session:
        ids = upsert.person_ids(session, [person(each) for each in range(number)]).values()
        delegated = [starting(id_, office, origin=Origin.DELEGATION) for id_ in ids]
        grants.start(session, delegated, actor=BILLING)


DELETED = state(of=KUUSK, status=CompanyStatus.DELETED, minute=1)


def test_deleg_5_a_run_is_weighed_by_what_it_suspends_and_does_what_its_preview_says(
    database: Database,
) -> None:
    customers(database)
    delegate(database, 200)
    run_id = answered_run(database, DELETED)

    assert is_held(database, run_id)
    (run,) = rows(database, "SELECT preview, reason, counts FROM sync_run")
    before = rows(database, "SELECT FROM suspension")
    apply_answers.apply_batch(database, run_id, register="EE", batch=10)

    (done,) = rows(database, "SELECT counts FROM sync_run")
    totals = {name: run.preview[name]["total"] for name in ("ending", "suspending", "starting")}
    assert (totals, run.preview["open_grants"]) == (
        {"ending": 1, "suspending": 200, "starting": 0},
        203,
    )
    assert run.reason["facts"] == {"ending": 201, "open_grants": 203}
    assert (before, len(rows(database, "SELECT FROM suspension"))) == ([], 1)
    assert (done.counts["ended"], done.counts["suspended"]) == (1, 200)
    shown = run.preview["suspending"]["shown"]
    assert {each["reason"]["code"] for each in shown} == {"delegations_suspended"}


@pytest.mark.parametrize(
    ("delegated", "applied"),
    [pytest.param(200, False, id="many"), pytest.param(0, True, id="none")],
)
def test_deleg_5_a_login_is_weighed_by_what_it_suspends(
    database: Database, delegated: int, applied: bool
) -> None:
    customers(database)
    delegate(database, delegated)
    of = company_id(database, KUUSK)

    done = apply_answers.apply_or_hold(
        database, of, DELETED, HoldLimits(share=0.5, least=20), register="EE"
    )

    assert (done is not None) is applied
    assert len(rows(database, "SELECT FROM suspension")) == int(applied)
    assert runs_of_logins(database) == ([] if applied else ["running"])


def test_deleg_5_delegated_grants_that_stay_are_weighed_against(database: Database) -> None:
    customers(database)
    delegate(database, 200)
    run_id = answered_run(database, *AFTER)

    assert not is_held(database, run_id, least=3, share=0.02)
