"""contract.10: a port-out and an end of one contract at once: contracts are locked first."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.contracts.port_outs import PortOutState
from storage.contract_orders import port_outs
from storage.contract_orders.leaving import ToldPortOut
from storage.contracts import service_access
from storage.database import Database
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.contract_ends import subscription
from tests.builders.days import ZONE
from tests.builders.delegations import PHONE, set_up_customers
from tests.builders.rows import BILLING, put_service, wait_until_blocked
from tests.fixtures.patience import PATIENCE


@pytest.mark.parametrize("state", [PortOutState.ANNOUNCED, PortOutState.COMPLETED])
def test_contract_10_a_port_out_waits_for_an_end_of_the_contract_and_holds_up_nothing(
    database: Database, state: PortOutState
) -> None:
    set_up_customers(database)
    publish(database)
    put_service(database, replace(PHONE, number=contracts.NUMBER))
    id_, now = subscription(database), datetime.now(UTC)
    told = ToldPortOut(uuid4(), contracts.NUMBER, ["digest"], state, now, now)

    def port_out() -> object:
        with database.transaction() as session:
            return port_outs.tell(session, told, ZONE, actor=BILLING)

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            contracts.locked(session, id_)
            leaving = threads.submit(port_out)
            wait_until_blocked(database)
            service_access.follow(session, [PHONE.id])  # as an end does
        assert leaving.result(PATIENCE) is not None
