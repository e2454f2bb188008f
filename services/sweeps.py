"""Sweeps: what dates have brought about is found in rows that are due, and told once.

Access follows dates by itself. A sweep lets what is stored follow, writes the history, and tells
people. One sweep is one entry of ``SWEEPS``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from storage.access_requests import sweep as access_requests
from storage.approvals import wakeups as approvals
from storage.contract_orders import closing
from storage.contracts import ending as contract_ends
from storage.contracts import expiring as contracts
from storage.contracts import identity_documents
from storage.database import LOST, Connection, Database, Session, unless_deadlocked
from storage.delegations import date_sweep
from storage.inventory import drift_repairs
from storage.mandates import following, mandates
from storage.orders import cancelling, confirming, contract_waits, jeopardy, reminding
from storage.orders import due as orders_due
from storage.registry import overdue_suspensions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SweepRules:
    """Settings that sweeps go by."""

    zone: ZoneInfo
    suspension_ends_after: timedelta = timedelta(days=14)
    repairs_at_once: int = 50


@dataclass(frozen=True, slots=True)
class Sweep:
    """One kind of thing that becomes due."""

    name: str
    """A label of metrics and log lines."""
    batch: Callable[[Session, SweepRules], int]
    """Do some of what is due, in this transaction; returns how many rows it did. 0: none is due."""
    age: Callable[[Connection], float]
    """Return the seconds since the oldest row became due; 0: none is."""


SWEEPS: Sequence[Sweep] = (
    Sweep(
        "access_requests_to_tell",
        lambda session, _: access_requests.tell(session),
        access_requests.age_of_untold,
    ),
    Sweep(
        "access_requests_to_lapse",
        lambda session, _: access_requests.lapse(session),
        access_requests.age_of_late,
    ),
    Sweep(
        "approvals_to_judge",
        lambda session, _: approvals.touch_outdated(session),
        approvals.age,
    ),
    Sweep(
        "contracts_to_expire",
        lambda session, rules: contracts.expire(session, rules.zone),
        contracts.age,
    ),
    Sweep(
        "contract_warnings",
        lambda session, rules: contracts.warn(session, rules.zone),
        lambda _: 0.0,
    ),
    Sweep(
        "contracts_of_replaced_documents",
        lambda session, rules: identity_documents.sweep(session, rules.zone),
        identity_documents.age,
    ),
    Sweep(
        "contracts_to_let_go",
        lambda session, _: closing.let_go(session),
        closing.age_of_left,
    ),
    Sweep(
        "contracts_to_end",
        lambda session, _: contract_ends.ask_for_due(session),
        contract_ends.age_of_due,
    ),
    Sweep(
        "delegations", lambda session, rules: date_sweep.sweep(session, rules.zone), date_sweep.age
    ),
    Sweep(
        "drift_to_repair",
        lambda session, rules: drift_repairs.begin(session, rules.repairs_at_once),
        drift_repairs.age,
    ),
    Sweep("mandates_to_lapse", lambda session, _: mandates.lapse(session), mandates.age_of_late),
    Sweep("mandates", lambda session, _: following.run_out(session), following.age),
    Sweep(
        "orders_to_confirm", lambda session, _: confirming.lapse(session), confirming.age_of_late
    ),
    Sweep(
        "orders_to_remind_of",
        lambda session, rules: reminding.remind(session, rules.zone),
        reminding.age,
    ),
    Sweep("orders_to_begin", lambda session, _: orders_due.begin(session), orders_due.age),
    Sweep(
        "orders_without_dependency",
        lambda session, _: orders_due.cancel_hopeless(session),
        orders_due.age_of_hopeless,
    ),
    Sweep(
        "orders_without_contract",
        lambda session, _: contract_waits.cancel_lost(session),
        contract_waits.age_of_lost,
    ),
    Sweep(
        "order_cancels",
        lambda session, _: cancelling.assess_due(session),
        cancelling.age_of_due,
    ),
    Sweep("orders_in_jeopardy", lambda session, _: jeopardy.alert(session), jeopardy.age),
    Sweep(
        "suspended_delegations",
        lambda session, rules: overdue_suspensions.sweep(session, rules.suspension_ends_after),
        overdue_suspensions.age,
    ),
)
"""Every sweep. They need no order: each finds its own rows."""


def run(database: Database, rules: SweepRules, sweeps: Sequence[Sweep] = SWEEPS) -> None:
    """Do everything that is due, each batch in a transaction of its own.

    Repeatable, and safe where several run at once. A sweep that fails is logged and tried again at
    the next run; the others go on.
    """
    for sweep in sweeps:
        try:
            while unless_deadlocked(partial(_batch, database, rules, sweep)):
                pass
        except LOST as error:
            log.warning("sweep_waits", sweep=sweep.name, error=type(error).__name__)
        except Exception:
            log.exception("sweep_failed", sweep=sweep.name)


def ages(connection: Connection, sweeps: Sequence[Sweep] = SWEEPS) -> dict[str, float]:
    """Return the seconds since the oldest row of each sweep became due, by the sweep's name."""
    return {sweep.name: sweep.age(connection) for sweep in sweeps}


def _batch(database: Database, rules: SweepRules, sweep: Sweep) -> int:
    with database.transaction() as session:
        return sweep.batch(session, rules)
