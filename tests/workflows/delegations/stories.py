"""Ceremonies of delegations on a real server: offered, and what became of it."""

from datetime import timedelta
from uuid import UUID

from temporalio.client import WorkflowHandle

from domain.delegations.refusals import DelegationRefused
from domain.processes import delegation_id
from services.delegations import offers, workflow_client
from services.delegations.offers import Acceptance
from services.parties.people import ensure_person
from tests.builders.delegations import OFFICE, RULES, Given, actor, offered, set_up_customers
from tests.builders.people import JAAN, MARI
from tests.builders.rows import carry_out
from tests.fixtures.resend_stack import Resends
from workflows.delegations.delegation import Delegation

DAY = timedelta(days=1)


async def begun(stack: Resends, *, skip: bool = False) -> Given:
    """Mari offers Jaan something, and its ceremony runs; ``skip``: its clock can be moved."""
    set_up_customers(stack.database)
    given = offered(stack.database, MARI, JAAN, OFFICE)
    if not skip:
        await workflow_client.start(stack.engine, given.version_id)
    return given


def handle(stack: Resends, given: Given) -> WorkflowHandle[Delegation, None]:
    return stack.client.get_workflow_handle_for(Delegation.run, delegation_id(given.version_id))


async def accepts(stack: Resends, given: Given) -> None:
    jaan = ensure_person(stack.database, JAAN)
    acceptance = Acceptance(given.id, 1, jaan)
    await offers.accept_delegation(
        stack.engine, RULES, acceptance, actor=actor(stack.database, JAAN)
    )


async def may_accept(stack: Resends, given: Given) -> bool:
    try:
        await accepts(stack, given)
    except DelegationRefused:
        return False
    return True


def lapses_in(stack: Resends, given: Given, left: timedelta) -> None:
    """Move the offer so that it lapses after ``left``, as if it had been made earlier."""
    carry_out(
        stack.database,
        "UPDATE delegation_version SET lapses_at = clock_timestamp() + :left,"
        " offered_at = clock_timestamp() + :left - interval '14 days' WHERE id = :id",
        id=given.version_id,
        left=left,
    )


def version_ids(stack: Resends) -> list[UUID]:
    return [row.id for row in stack.rows("SELECT id FROM delegation_version")]
