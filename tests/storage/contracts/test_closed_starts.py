"""contract.7: a start that operations close leaves nothing half, however far its order is."""

from uuid import UUID

import pytest

from domain.contracts.states import ContractState
from services.ops.close_process import CLOSED
from storage.contract_orders import closing
from storage.contracts import rows, wakeups
from storage.contracts.rows import StoredContract
from storage.database import Database
from storage.orders import ending
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put
from tests.builders.rows import rows as select

OFFICE = account(KUUSK, 1)


@pytest.fixture
def contract_id(database: Database) -> UUID:
    """A contract that is being set up."""
    publish(database)
    put(database, OFFICE)
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(number="+37255500077"))
    contracts.promised(database, new)
    contracts.agree(database, new.id)
    contracts.begin_to_set_up(database, new.id)
    return new.id


def read(database: Database, contract_id: UUID) -> StoredContract:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found


def close(database: Database, contract_id: UUID) -> None:
    with database.transaction() as session:
        closing.close_start(session, contract_id, CLOSED, contracts.OPS)


def sweep(database: Database) -> int:
    with database.transaction() as session:
        return closing.let_go(session)


def actions(database: Database) -> list[str]:
    """What is ordered for its service, and not cancelled."""
    found = select(
        database,
        """SELECT i.action FROM service_order o JOIN service_order_item i ON i.order_id = o.id
        WHERE o.state <> 'cancelled' ORDER BY o.ordered_at, i.action""",
    )
    return [each.action for each in found]


def order_of(database: Database, contract_id: UUID) -> UUID:
    order_id = read(database, contract_id).start_order_id
    assert order_id is not None
    return order_id


def test_contract_7_one_of_whose_order_nothing_was_sent_is_cancelled_with_it(
    database: Database, contract_id: UUID
) -> None:
    close(database, contract_id)
    sweep(database)

    assert read(database, contract_id).state is ContractState.CANCELLED
    assert actions(database) == []


def test_contract_7_one_whose_order_runs_is_cancelled_once_that_is_undone(
    database: Database, contract_id: UUID
) -> None:
    order_id = order_of(database, contract_id)
    carry_out(
        database, "UPDATE step SET state = 'sending' WHERE place = (SELECT min(place) FROM step)"
    )

    close(database, contract_id)
    too_early = sweep(database)
    running = read(database, contract_id).state
    wanted = select(database, "SELECT DISTINCT undo_reason FROM step")
    with database.transaction() as session:
        ending.close(session, order_id, contracts.OPS)
    swept = sweep(database)

    assert (too_early, running) == (0, ContractState.ACTIVATING)
    assert [each.undo_reason for each in wanted] == ["cancelled"]
    assert (swept, sweep(database)) == (1, 0)
    assert read(database, contract_id).state is ContractState.CANCELLED
    assert actions(database) == []


@pytest.mark.parametrize("is_closed_first", [True, False])
def test_contract_7_what_was_set_up_all_the_same_is_set_down(
    database: Database, contract_id: UUID, *, is_closed_first: bool
) -> None:
    order_id = order_of(database, contract_id)
    if is_closed_first:
        close(database, contract_id)
    done = "UPDATE service_order SET state = 'completed', ended_at = clock_timestamp()"
    carry_out(database, done)
    with database.transaction() as session:
        wakeups.order_ended(session, order_id)
    if not is_closed_first:
        close(database, contract_id)
    sweep(database)

    contract = read(database, contract_id)
    assert contract.state is ContractState.CANCELLED
    assert actions(database) == ["add", "delete"]
    unended = "SELECT id FROM process WHERE id = :id AND ended_at IS NULL"
    assert select(database, unended, id=contract_id) == []
