"""Deletes rows past their periods, which stand in ``domain.retention``."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from domain import retention
from domain.processes import ProcessType
from storage.database import Database, Session
from storage.documents import keeping
from storage.processes import processes
from storage.requests import idempotency_keys

# The register's answers hold personal data: deleted soon after their run has ended.
_ANSWERS = """
DELETE FROM sync_change c USING sync_run r WHERE r.id = c.run_id AND r.ended_at IS NOT NULL
"""
_RESOLVED = (
    "DELETE FROM rejected_record WHERE resolved_at < statement_timestamp() - :rejected_record"
)
# The outcome stays in the history.
_STUCK = """
DELETE FROM stuck WHERE state = 'closed' AND closed_at < statement_timestamp() - :stuck_item
"""
# A request locks several limits: what waited for one of them, and held another, could deadlock.
_QUOTAS = """
DELETE FROM rate_limit WHERE (kind, subject) IN (
    SELECT kind, subject FROM rate_limit WHERE used_until < statement_timestamp()
    FOR UPDATE SKIP LOCKED
)
"""
_BUDGETS = "DELETE FROM register_budget WHERE day < current_date - :register_budget"
_ENDINGS = "DELETE FROM register_ending WHERE at < statement_timestamp() - :register_ending"
_BLOCKS = "DELETE FROM number_block WHERE until < statement_timestamp() - :number_block"
_ACCESS_REQUESTS = """
DELETE FROM access_request WHERE closed_at < statement_timestamp() - :access_request
"""
_NOTICES = "DELETE FROM notice WHERE created_at < statement_timestamp() - :notice"
# An order that is open may still have to set it, or to find out whether it did.
_SECRETS = """
DELETE FROM service_secret s WHERE kept_until < statement_timestamp() AND NOT EXISTS (
    SELECT FROM service_order o WHERE o.id = s.order_id AND o.ended_at IS NULL)
"""
_USES = "DELETE FROM access_use WHERE last_used_day < current_date - :access_use"
# Its items, notes and requests to cancel go with it; one that another waits for stays.
_ORDERS = """
DELETE FROM service_order WHERE ended_at < statement_timestamp() - :order AND id NOT IN (
    SELECT unnest(depends_on) FROM service_order WHERE began_at IS NULL AND ended_at IS NULL)
"""
# An entry refers to its payment, so it goes first; stamps go with the payment.
_ENTRIES = """
DELETE FROM bank_entry e WHERE received_at < statement_timestamp() - :payment
    AND state <> 'unmatched' AND NOT EXISTS (
        SELECT FROM payment p WHERE p.id = e.payment_id
            AND (p.ended_at IS NULL OR p.ended_at >= statement_timestamp() - :payment))
"""
_PAYMENTS = """
DELETE FROM payment p WHERE ended_at < statement_timestamp() - :payment AND attention IS NULL
    AND NOT EXISTS (SELECT FROM bank_entry e WHERE e.payment_id = p.id)
"""
_SNAPSHOTS = """
DELETE FROM billing_snapshot WHERE read_at < statement_timestamp() - :billing_snapshot
"""
_INVOICES = """
DELETE FROM invoice i WHERE read_at < statement_timestamp() - :invoice
    AND NOT EXISTS (SELECT FROM payment p WHERE p.invoice_id = i.id)
"""
_DRIFT = "DELETE FROM drift WHERE ended_at < statement_timestamp() - :drift"
# The files; who made them stays in the history, and the row as long as the process.
_EXTRACTS = """
WITH dropped AS (
    UPDATE extract SET state = 'dropped' WHERE state = 'ready'
        AND kept_until < statement_timestamp() RETURNING id
)
DELETE FROM extract_chunk WHERE extract_id IN (SELECT id FROM dropped)
"""
_PERIODS = {
    "drift": retention.DRIFT,
    "access_request": retention.ACCESS_REQUEST,
    "access_use": retention.ACCESS_USE,
    "notice": retention.NOTICE,
    "order": retention.ORDER,
    "payment": retention.PAYMENT,
    "billing_snapshot": retention.BILLING_SNAPSHOT,
    "invoice": retention.INVOICE,
    "rejected_record": retention.REJECTED_RECORD,
    "stuck_item": retention.STUCK_ITEM,
    "register_budget": retention.REGISTER_BUDGET,
    "register_ending": retention.REGISTER_ENDING,
    "number_block": retention.NUMBER_BLOCK,
}
# What failed is forgotten once its step needs no answer any more.
_FAILURES = """
DELETE FROM target_failure f WHERE (target, subject) IN (
    SELECT target, subject FROM target_failure
    WHERE NOT EXISTS (SELECT FROM step s WHERE s.id = step_id AND s.ended_at IS NULL)
    FOR UPDATE SKIP LOCKED
)
"""
_RESTED = """
UPDATE contract SET resting_numbers = '{}' WHERE '{}' <> resting_numbers
    AND COALESCE(number_kept_until, '-infinity') <= statement_timestamp()
"""
_ALL = (
    _RESTED,
    _DRIFT,
    _ANSWERS,
    _RESOLVED,
    _BUDGETS,
    _ENDINGS,
    _BLOCKS,
    _ACCESS_REQUESTS,
    _ORDERS,
    _ENTRIES,
    _PAYMENTS,
    _SNAPSHOTS,
    _INVOICES,
    _NOTICES,
    _SECRETS,
    _USES,
    _EXTRACTS,
    _QUOTAS,
    _STUCK,
    _FAILURES,
)
# Rows that are deleted with their process; its type says how long that is kept. SMS and numbers are
# kept as long as a bill may be disputed, then only verified numbers stay. Steps stay as
# long as their process, which reads from them what is done.
_OF_PROCESSES = (
    "DELETE FROM step WHERE process_id = ANY(:ids)",
    "DELETE FROM extract WHERE id = ANY(:ids)",
    "DELETE FROM operation WHERE id = ANY(:ids)",
    "DELETE FROM sms WHERE verification_id = ANY(:ids) OR notice_id = ANY(:ids)",
    "DELETE FROM verification WHERE id = ANY(:ids) AND state <> 'verified'",
)


def tidy(database: Database, kept_for: Mapping[ProcessType, timedelta]) -> None:
    """Delete rows past their retention time. Safe to repeat, and to run twice at once.

    Args:
        database: Every statement runs in a transaction of its own.
        kept_for: For each type of process, how long after its end its rows are kept.
    """
    for statement in _ALL:
        with database.transaction() as session:
            session.execute(text(statement), _PERIODS)
    while _erase_some_documents(database):
        pass
    for type_, time in kept_for.items():
        while _forget_some(database, type_, time):
            pass
    with database.transaction() as session:
        idempotency_keys.forget(session, retention.IDEMPOTENCY_KEY)


def _erase_some_documents(database: Database) -> bool:
    with database.transaction() as session:
        return keeping.erase_due(session) > 0


def _forget_some(database: Database, type_: ProcessType, time: timedelta) -> bool:
    with database.transaction() as session:
        ids = processes.forget(session, type_, time)
        _forget_all_of(session, ids)
    return bool(ids)


def _forget_all_of(session: Session, ids: list[UUID]) -> None:
    for statement in _OF_PROCESSES if ids else ():
        session.execute(text(statement), {"ids": ids})
