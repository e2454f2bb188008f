"""joint.8: a confirmation meets the register's next word: no grant ever rests on a void reading."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from domain.signing_rules.refusals import ReadingRefused
from domain.signing_rules.states import ReadingState
from services.signing_rules import readings
from storage.database import Database
from storage.parties import upsert
from storage.registry import align_grants, register_states
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import TAMM
from tests.builders.rows import REGISTER, put, rows, store_states, wait_until_blocked
from tests.builders.signing_rules import BEN, OFFICE, SHOP, access, confirm, confirmed, opaque
from tests.builders.signing_rules import recorded as record
from tests.fixtures.patience import PATIENCE

NEXT = opaque(MARI, JAAN, minute=1)


@pytest.fixture
def reading(database: Database) -> UUID:
    put(database, OFFICE)
    store_states(database, opaque())
    return record(database).id


def rests_on_void(database: Database) -> int:
    """Number of grants in force whose readings are not what the register says now."""
    (found,) = rows(
        database,
        "SELECT count(*) AS n FROM access_grant g JOIN signing_rule_reading r ON r.id = g.proof"
        " JOIN register_state s ON s.id = r.register_state_id"
        " WHERE g.origin = 'operator' AND g.validity @> clock_timestamp()"
        " AND (r.state <> 'confirmed' OR NOT upper_inf(s.in_force))",
    )
    return int(found.n)


def test_joint_8_the_register_first_then_a_confirmation(database: Database, reading: UUID) -> None:
    with ThreadPoolExecutor() as pool:
        with database.transaction() as session:
            (firm,) = upsert.company_ids(session, [NEXT.company]).values()
            register_states.lock(session, [firm])
            register_states.record_states(session, {firm: NEXT}, actor=REGISTER)
            align_grants.align(session, [firm], actor=REGISTER)
            confirming = pool.submit(confirm, database, reading)
            wait_until_blocked(database, session)
        with pytest.raises(ReadingRefused, match="signing_rule_changed"):
            confirming.result(PATIENCE)

    assert readings.read(database, reading).state is ReadingState.VOID
    assert access(database) == set()


def test_joint_8_a_confirmation_first_then_the_register(database: Database, reading: UUID) -> None:
    # The account is locked by the confirmation's start of grants, and by nobody else for long.
    with ThreadPoolExecutor() as pool:
        with database.transaction() as session:
            rows_ = session.connection().exec_driver_sql(
                "SELECT FROM account ORDER BY id FOR UPDATE"
            )
            rows_.all()
            confirming = pool.submit(confirm, database, reading)
            wait_until_blocked(database, session)
            registering = pool.submit(store_states, database, NEXT)
        assert confirming.result(PATIENCE).state in {ReadingState.CONFIRMED, ReadingState.VOID}
        registering.result(PATIENCE)

    assert readings.read(database, reading).state is ReadingState.VOID
    assert rests_on_void(database) == 0
    assert access(database) == set()


@pytest.mark.parametrize("attempt", range(5))
def test_joint_8_all_at_once_in_any_order(database: Database, reading: UUID, attempt: int) -> None:
    del attempt

    def unless_refused(act: Callable[[], object]) -> None:
        try:
            act()
        except ReadingRefused:
            return

    acts: list[Callable[[], object]] = [
        lambda: confirm(database, reading),
        lambda: store_states(database, NEXT),
        lambda: put(database, SHOP),
        lambda: readings.reject(database, reading, actor=BEN, note="not so"),
    ]
    with ThreadPoolExecutor() as pool:
        list(pool.map(unless_refused, acts))

    assert rests_on_void(database) == 0
    assert readings.read(database, reading).state in {ReadingState.VOID, ReadingState.REJECTED}


def test_joint_8_two_officers_confirm_at_once_and_one_did(
    database: Database, reading: UUID
) -> None:
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda _: confirm(database, reading), "ab"))

    assert {each.state for each in found} == {ReadingState.CONFIRMED}
    assert len(access(database)) == 3
    events = rows(database, "SELECT FROM event WHERE kind = 'signing_rule:reading_confirmed'")
    assert len(events) == 1


def test_joint_8_an_account_that_is_opened_during_the_confirmation_has_its_access(
    database: Database, reading: UUID
) -> None:
    with ThreadPoolExecutor() as pool:
        opened = pool.submit(put, database, SHOP)
        confirm(database, reading)
        opened.result(PATIENCE)

    assert {account for _, account, _ in access(database)} == {OFFICE.id, SHOP.id}


def test_joint_8_readings_of_other_companies_stay(database: Database, reading: UUID) -> None:
    confirm(database, reading)
    store_states(database, opaque(MARI, JAAN, of=TAMM))
    other = confirmed(database, ((MARI,),), of=TAMM)

    store_states(database, NEXT)

    assert readings.read(database, other.id).state is ReadingState.CONFIRMED
