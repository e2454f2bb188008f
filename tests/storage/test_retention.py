"""Data that is deleted after its retention, and data that never is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.processes import ProcessType
from domain.rates import Rate, Use
from services.retention import tidy
from storage.database import Database
from storage.requests import rate_limits
from tests.builders.orders import Orders, of
from tests.builders.people import MARI
from tests.builders.rows import account, carry_out, put, rows
from tests.builders.stuck_rows import put_stuck
from tests.fixtures.patience import PATIENCE

_PERSON = "INSERT INTO person (id, country, code) VALUES (gen_random_uuid(), 'EE', '60001019906')"
_VERIFICATION = """
INSERT INTO verification (id, person_id, number, prefix, method, state, language, sends,
                          wrong_codes, created_at, expires_at, resend_at)
SELECT gen_random_uuid(), p.id, '+37255512345', '+3725551', 'sms', '{state}', 'et', 1, 0,
       now() - interval '{age} days', now() - interval '{age} days', now()
FROM person p
"""
_PROCESSES = """
INSERT INTO process (id, type, workflow_id, asked_at, ended_at)
SELECT id, 'number_verification', CAST(id AS text), created_at, created_at FROM verification
"""
_SMS = """
INSERT INTO sms (id, verification_id, send, digest, delivery, parts)
SELECT gen_random_uuid(), id, 1, 'd', 'delivered', 1 FROM verification
"""


def test_unverified_numbers_are_deleted_after_ninety_days(database: Database) -> None:
    rows_ = [("verified", 91), ("failed", 91), ("expired", 89)]
    verifications = [_VERIFICATION.format(state=state, age=age) for state, age in rows_]
    for statement in (_PERSON, *verifications, _SMS, _PROCESSES):
        carry_out(database, statement)

    tidy(database)

    kept = rows(
        database,
        "SELECT state, (SELECT count(*) FROM sms WHERE verification_id = v.id) AS sms"
        " FROM verification v ORDER BY state",
    )
    assert [(row.state, row.sms) for row in kept] == [("expired", 1), ("verified", 0)]


def test_unused_rate_limits_are_deleted(database: Database) -> None:
    carry_out(
        database,
        "INSERT INTO rate_limit VALUES ('person', 'a', now() - interval '1 second'),"
        " ('person', 'b', now() + interval '1 hour')",
    )

    tidy(database)

    assert [row.subject for row in rows(database, "SELECT subject FROM rate_limit")] == ["b"]


_STEP = """
INSERT INTO step (id, process, process_id, workflow_id, target, target_kind, action, state,
                  created_at, ended_at)
VALUES (gen_random_uuid(), 'resend', '{process}', 'w', 'network', 'network', '{action}', '{state}',
        now() - interval '91 days', {ended})
"""
_PROCESS = """
INSERT INTO process (id, type, workflow_id, asked_at, ended_at)
VALUES ('{process}', 'resend', '{process}', now() - interval '91 days', {ended})
"""
_LONG_AGO, _NOT_YET = "now() - interval '91 days'", "NULL"


def test_steps_and_stuck_items_are_deleted_with_their_process(database: Database) -> None:
    over, going_on = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    for process, action, state, ended in (
        (over, "configure", "done", _LONG_AGO),
        (over, "activate", "skipped", _LONG_AGO),
        (going_on, "configure", "done", _LONG_AGO),
        (going_on, "activate", "refused", _NOT_YET),
    ):
        rows_ = _STEP.format(process=process, action=action, state=state, ended=ended)
        carry_out(database, rows_)
    for process, ended in ((over, _LONG_AGO), (going_on, _NOT_YET)):
        carry_out(database, _PROCESS.format(process=process, ended=ended))
    put_stuck(database, 2)
    put_stuck(database, 3, state="closed")
    carry_out(database, f"UPDATE stuck SET closed_at = {_LONG_AGO} WHERE state = 'closed'")

    tidy(database)

    left = rows(database, "SELECT process_id, action FROM step ORDER BY action")
    assert [(str(row.process_id), row.action) for row in left] == [
        (going_on, "activate"),
        (going_on, "configure"),
    ]
    assert [row.state for row in rows(database, "SELECT state FROM stuck")] == ["stuck"] * 2


@pytest.mark.parametrize("type_", ProcessType)
def test_fault_17_steps_of_a_living_process_are_kept_however_old(
    database: Database, type_: ProcessType
) -> None:
    carry_out(
        database,
        "INSERT INTO process (id, type, workflow_id, asked_at, started_at)"
        " VALUES (:id, :type, 'w', now() - interval '2 years', now() - interval '2 years')",
        id=UUID(int=1),
        type=type_,
    )
    carry_out(
        database,
        "INSERT INTO step (id, process, process_id, workflow_id, target, target_kind,"
        " action, state, created_at, ended_at)"
        " SELECT gen_random_uuid(), :type, :id, 'w', 'network', 'network', 'configure', 'done',"
        " at, at FROM (SELECT now() - interval '2 years' AS at) AS long_ago",
        id=UUID(int=1),
        type=type_,
    )

    tidy(database)

    assert [row.state for row in rows(database, "SELECT state FROM step")] == ["done"]


def test_deleting_waits_for_no_request_that_uses_a_limit(database: Database) -> None:
    """A request locks several limits one after the other: waiting for one could be a deadlock."""
    carry_out(
        database,
        "INSERT INTO rate_limit VALUES ('person', 'a', now() - interval '1 second'),"
        " ('number', 'b', now() - interval '1 second')",
    )
    use = Use("person", "a", Rate(10, timedelta(hours=1)))

    with ThreadPoolExecutor(1) as threads, database.transaction() as session:
        rate_limits.take(session, [use])
        deleting = threads.submit(tidy, database)
        try:
            deleting.result(timeout=PATIENCE)
        finally:
            session.commit()

    assert [row.subject for row in rows(database, "SELECT subject FROM rate_limit")] == ["a"]


def test_fault_23_blocks_of_numbers_are_deleted_after_ninety_days(database: Database) -> None:
    for number, days in (("+37255512345", 91), ("+37255512346", 89)):
        carry_out(
            database,
            "INSERT INTO number_block (id, kind, subject, reason, opened_at, until)"
            " VALUES (gen_random_uuid(), 'number', :number, '{}', now() - interval '1 year',"
            " now() - make_interval(days => :days))",
            number=number,
            days=days,
        )

    tidy(database)

    assert [row.subject for row in rows(database, "SELECT subject FROM number_block")] == [
        "+37255512346"
    ]


def test_step_5_failures_of_steps_that_need_no_answer_are_deleted(database: Database) -> None:
    process = uuid4()
    for action, ended in (("open", "NULL"), ("ended", "now()")):
        step = _STEP.format(process=process, action=action, state="trouble", ended=ended)
        carry_out(database, step)
    carry_out(
        database,
        "INSERT INTO target_failure (target, subject, step_id, code, failures, first_at, last_at)"
        " SELECT 'network', action, id, 'busy', 1, now(), now() FROM step",
    )

    tidy(database)

    found = rows(database, "SELECT subject FROM target_failure")
    assert [row.subject for row in found] == ["open"]


def test_order_8_orders_are_kept_for_seven_years_and_go_with_all_that_belongs_to_them(
    database: Database, orders: Orders
) -> None:
    ended = [orders.begun(of(0, steps=())) for _ in range(2)]
    for order, age in zip(ended, (2561, 2563), strict=True):
        orders.end(order)
        carry_out(
            database,
            "UPDATE service_order SET ended_at = now() - make_interval(days => :age)"
            " WHERE id = :id",
            age=age,
            id=order,
        )
    open_ = orders.begun(of(1))
    needed = orders.begun(of(2, steps=()))
    orders.end(needed)
    carry_out(
        database,
        "UPDATE service_order SET ended_at = now() - interval '9 years' WHERE id = :id",
        id=needed,
    )
    later = datetime.now(UTC) + timedelta(days=30)
    waiting = orders.insert(of(1), depends_on=[needed], start=later)
    carry_out(database, "UPDATE service_order SET ordered_at = now() - interval '9 years'")

    tidy(database)

    for table, column in (
        ("service_order", "id"),
        ("service_order_item", "order_id"),
        ("order_milestone", "order_id"),
    ):
        found = rows(database, f"SELECT {column} AS id FROM {table}")
        kept = {ended[0], needed}
        if table != "order_milestone":
            kept |= {open_, waiting}
        assert {row.id for row in found} == kept


def test_bill_1_what_billing_said_is_deleted_after_thirty_days_and_invoices_are_kept(
    database: Database,
) -> None:
    put(database, account(MARI))
    for age in (29, 31):
        carry_out(
            database,
            """INSERT INTO billing_snapshot (account_id, kind, subject, body, read_at)
            VALUES (:account, 'usage', CAST(:age AS text), '{}',
                now() - :age * interval '1 day')""",
            account=account(MARI).id,
            age=age,
        )
    for age in (31, 7 * 366 + 1):
        carry_out(
            database,
            """INSERT INTO invoice (id, account_id, billing_id, number, category, bill_state,
                settlement, issued_on, currency, total, left_amount, has_document, details, read_at,
                is_listed)
            VALUES (gen_random_uuid(), :account, CAST(:age AS text), '1', 'normal', 'sent', 'open',
                current_date, 'EUR', 1, 1, false, '{}', now() - :age * interval '1 day', true)""",
            account=account(MARI).id,
            age=age,
        )

    tidy(database)

    assert [row.subject for row in rows(database, "SELECT subject FROM billing_snapshot")] == ["29"]
    assert [row.id for row in rows(database, "SELECT billing_id AS id FROM invoice")] == ["31"]
