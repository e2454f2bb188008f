"""A joint company's contract starts and ends, on a real Temporal server, register and database."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.approvals.confirmations import Confirming
from domain.catalogue.contract_terms import Agreement
from domain.contracts.end_preview import WantedEnd
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from services import launcher
from services.approvals.propose import Jointly
from services.contracts import agree, ends
from services.contracts.ends import SeenEnd
from services.contracts.reads import read_contract
from services.engine import Engine as Services
from services.parties.people import ensure_person
from tests.builders import contracts
from tests.builders.approvals import LOGIN, ON
from tests.builders.catalogue import publish
from tests.builders.days import today
from tests.builders.delegations import RULES, actor
from tests.builders.people import JAAN, MARI
from tests.builders.rows import put_service, service
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


@pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
async def test_contract_12_the_last_of_a_group_to_confirm_sets_the_end(engine: Engine) -> None:
    office = await known(engine)
    phone = service(1, office)
    put_service(engine.database, phone)
    contract_id = contracts.active(engine.database, contracts.new_contract(office.id), [phone.id])
    services = Services(engine.database, engine.client, engine.settings.task_queue)
    how = Jointly(RULES, ON, lambda: LOGIN, Language.ESTONIAN)
    wanted = WantedEnd(EndReason.CUSTOMER, today() + timedelta(days=40))

    async def end(who: PersonKey) -> UUID:
        person_id = ensure_person(engine.database, who)
        shown = await ends.preview_end(services, contract_id, person_id, wanted, ON.zone)
        seen = SeenEnd(contract_id, person_id, wanted, shown.preview.digest)
        by = actor(engine.database, who)
        approval_id = await ends.end(services, how, uuid4(), seen, actor=by)
        assert approval_id is not None
        return approval_id

    def state() -> ContractState:
        (row,) = engine.rows("SELECT state FROM contract")
        return ContractState(row.state)

    first = await end(MARI)
    await until(lambda: bool(engine.rows("SELECT FROM approval WHERE seen_at IS NOT NULL")))
    alone = state()
    second = await end(JAAN)
    await until(lambda: state() is S.ENDING)

    assert (alone, second) == (S.ACTIVE, first)
