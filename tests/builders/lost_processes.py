"""Processes that the database knows and Temporal does not, and the comparison that finds them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from temporalio.client import Client

from storage.provisioning import resends
from storage.requests.operation_queries import Operation
from tests.builders.rows import carry_out
from tests.fixtures.resend_stack import OPS, Resends
from worker.reconcile_workflows import Reconciliation

AT_ONCE = timedelta()


def asked_for(everything: Resends, service_id: UUID) -> Operation:
    """A re-sending that is written down, and that nobody has started."""
    with everything.database.transaction() as session:
        row = resends.request(session, uuid4(), service_id, OPS, "a test")
    assert row is not None
    return row


def begun(everything: Resends, service_id: UUID) -> UUID:
    """One that runs, says the database; Temporal has never heard of it."""
    id_: UUID = asked_for(everything, service_id).id
    for statement in (
        "UPDATE operation SET state = 'running' WHERE id = :id",
        "UPDATE process SET started_at = now() WHERE id = :id",
    ):
        carry_out(everything.database, statement, id=id_)
    return id_


async def reconcile(everything: Resends, client: Client | None = None) -> int:
    """Compare every open process with Temporal; gives how many."""
    engine = everything.engine
    if client is not None:
        engine = replace(engine, temporal=client)
    comparison = Reconciliation(engine, every=AT_ONCE, rate=1000)
    return await comparison.check(young=AT_ONCE)
