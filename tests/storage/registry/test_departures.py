"""What a departure ends is weighed with the run or login that brings it, and shown before."""

from uuid import UUID

import pytest

from domain.delegations.departures import DepartureRules, OnDeparture
from domain.registry.hold_limits import HoldLimits
from domain.registry.sync import SyncSource
from storage.database import Database
from storage.parties import upsert
from storage.registry import apply_answers, sync_changes, sync_run_queries, sync_runs
from tests.builders.delegations import (
    OFFICE,
    delegated_to,
    given,
    set_up_customers,
    terms,
)
from tests.builders.departures import reviews
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import company_id, rows

END = DepartureRules(OnDeparture.END)
REVIEW = DepartureRules()
LEFT = state(sole(JAAN), minute=1)


@pytest.fixture
def left(database: Database) -> Database:
    """Mari, who is about to be replaced, gave Anna access, who passed it on to Kati."""
    set_up_customers(database)
    parent = given(database, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(database, ANNA, KATI, OFFICE, parent=parent.id)
    return database


def run_of(database: Database) -> UUID:
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.CHECK, "1")
        (firm,) = upsert.company_ids(session, [KUUSK]).values()
        sync_changes.add_company(session, run_id, firm)
        sync_changes.keep_answer(session, run_id, firm, LEFT)
    return run_id


def is_held(database: Database, run_id: UUID, rules: DepartureRules, least: int) -> bool:
    limits = HoldLimits(share=0.1, least=least)
    seen: dict[str, object] = {"register": "EE", "batch": 10, "progress": lambda _: None}
    return apply_answers.hold_if_too_much(database, run_id, limits, on_departure=rules, **seen)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rules", "ending"), [(REVIEW, 1), (END, 3)], ids=["review", "end"])
def test_deleg_5_a_run_is_weighed_by_what_departures_end(
    left: Database, rules: DepartureRules, ending: int
) -> None:
    run_id = run_of(left)

    assert not is_held(left, run_id, rules, ending + 1)
    assert is_held(left, run_id, rules, ending)

    (row,) = rows(left, "SELECT preview FROM sync_run WHERE id = :id", id=run_id)
    assert row.preview["ending"]["total"] == ending
    assert delegated_to(left, ANNA, KATI) == [ANNA.code, KATI.code], "only tried out"
    assert reviews(left) == []

    applied = apply_answers.apply_batch(left, run_id, register="EE", batch=10, on_departure=rules)
    with left.reading() as connection:
        run = sync_run_queries.run(connection, run_id)
    assert (applied, run and run.counts.ended) == (1, ending)
    assert reviews(left) == (["open"] if rules is REVIEW else [])


@pytest.mark.parametrize(("least", "applied"), [(3, False), (4, True)])
def test_deleg_5_a_login_is_weighed_by_what_departures_end(
    left: Database, least: int, *, applied: bool
) -> None:
    limits = HoldLimits(share=0.1, least=least)
    firm = company_id(left, KUUSK)

    done = apply_answers.apply_or_hold(left, firm, LEFT, limits, register="EE", on_departure=END)

    assert (done is not None) is applied
    assert delegated_to(left, ANNA, KATI) == ([] if applied else [ANNA.code, KATI.code])
