"""contract.4: a joint company's contract, on a real Temporal server, register and database."""

import pytest

from domain.approvals.confirmations import Confirming
from domain.catalogue.contract_terms import Agreement
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services import launcher
from services.contracts import agree
from services.contracts.reads import read_contract
from services.engine import Engine as Services
from services.parties.people import ensure_person
from tests.builders import contracts
from tests.builders.approvals import LOGIN, ON
from tests.builders.catalogue import publish
from tests.builders.delegations import actor
from tests.builders.people import JAAN, MARI
from tests.fixtures.engine import Engine, until
from tests.workflows.approvals.stories import known

S = ContractState


@pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
async def test_contract_4_the_last_of_a_group_to_agree_sets_its_contract_going(
    engine: Engine,
) -> None:
    office = await known(engine)
    publish(engine.database)
    new = contracts.new_contract(office.id, agreement=Agreement.CONFIRM)
    contract_id = contracts.offered(engine.database, new)
    services = Services(engine.database, engine.client, engine.settings.task_queue)
    await launcher.start(services, contract_id)

    def state() -> ContractState:
        (row,) = engine.rows("SELECT state FROM contract")
        return ContractState(row.state)

    async def confirm(who: PersonKey) -> None:
        person_id = ensure_person(engine.database, who)
        shown = await read_contract(services, contract_id, person_id)
        assert shown.to_agree is not None
        assert shown.to_agree.act is not None
        digest = shown.to_agree.act.digest()
        given = Confirming(person_id, digest, 1, Language.ESTONIAN, LOGIN)
        by = actor(engine.database, who)
        assert await agree.confirm(services, contract_id, given, ON, actor=by) is not None

    await confirm(JAAN)
    await until(lambda: bool(engine.rows("SELECT FROM approval WHERE seen_at IS NOT NULL")))
    alone = state()
    await confirm(MARI)
    await until(lambda: state() is S.ACTIVATING)

    assert alone is S.OFFERED
    (approval,) = engine.rows("SELECT state, register_asked_at FROM approval")
    assert (approval.state, approval.register_asked_at is not None) == ("carried_out", True)
