"""Reviews after a departure on a real server: opened by the register, and what became of them."""

from temporalio.client import WorkflowHandle

from domain.processes import departure_review_id
from services import launcher
from services.delegations import departures
from tests.builders.delegations import OFFICE, Given, given, set_up_customers
from tests.builders.departures import board, closes_in, confirmed, review_id
from tests.builders.people import ANNA, JAAN, MARI
from tests.fixtures.resend_stack import Resends
from tests.workflows.delegations.stories import DAY
from workflows.delegations.departure_review import DepartureReview


def left(stack: Resends) -> Given:
    """Mari gave Anna something, and left; Jaan came."""
    set_up_customers(stack.database)
    delegation = given(stack.database, MARI, ANNA, OFFICE)
    board(stack.database, JAAN)
    return delegation


async def begun(stack: Resends) -> Given:
    """The same, and its review runs."""
    delegation = left(stack)
    await launcher.start(stack.engine, review_id(stack.database))
    return delegation


def handle(stack: Resends) -> WorkflowHandle[DepartureReview, None]:
    id_ = departure_review_id(review_id(stack.database))
    return stack.client.get_workflow_handle_for(DepartureReview.run, id_)


async def wake(stack: Resends) -> None:
    await departures.wake(stack.engine, review_id(stack.database))


async def confirms(stack: Resends, delegation: Given) -> None:
    """Jaan confirms all of it."""
    confirmed(stack.database, JAAN, delegation)
    await wake(stack)


async def lapses(stack: Resends) -> None:
    """Time is up."""
    closes_in(stack.database, -DAY)
    await wake(stack)


async def is_cancelled(stack: Resends) -> None:
    """Mari is back."""
    board(stack.database, MARI, JAAN, minute=2)
    await wake(stack)


async def departure_review_completed(stack: Resends) -> str:
    """For ``record_histories``, as those that follow."""
    await confirms(stack, await begun(stack))
    return await _over(stack)


async def departure_review_lapsed(stack: Resends) -> str:
    await begun(stack)
    await lapses(stack)
    return await _over(stack)


async def departure_review_cancelled(stack: Resends) -> str:
    await begun(stack)
    await is_cancelled(stack)
    return await _over(stack)


async def _over(stack: Resends) -> str:
    await handle(stack).result()
    return handle(stack).id
