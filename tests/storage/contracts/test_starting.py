"""contract.4: a number is promised to one contract, whoever is quicker."""

import pytest

from domain.contracts.states import ContractState
from storage.contracts import starting
from storage.contracts.starting import NumberPromised
from storage.database import Database
from tests.builders import contracts
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put

OFFICE = account(KUUSK, 1)


def test_contract_4_of_two_contracts_for_one_number_one_is_drafted(database: Database) -> None:
    put(database, OFFICE)
    contracts.draft(database, contracts.new_contract(OFFICE.id))

    with pytest.raises(NumberPromised), database.transaction() as session:
        starting.draft(session, contracts.new_contract(OFFICE.id), actor=contracts.OPS)


def test_contract_10_the_number_of_a_contract_that_ended_can_be_promised_again(
    database: Database,
) -> None:
    put(database, OFFICE)
    first = contracts.offered(database, contracts.new_contract(OFFICE.id))
    with database.transaction() as session:
        lapsed = ContractState.LAPSED
        found = contracts.locked(session, first)
        starting.end_unstarted(session, found, lapsed, starting.NOT_AGREED, actor=contracts.OPS)

    assert contracts.draft(database, contracts.new_contract(OFFICE.id))
