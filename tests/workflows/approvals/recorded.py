"""Stories of approvals whose histories are recorded; see tests/workflows/record_histories.py."""

from datetime import timedelta

from domain.approvals.states import ApprovalState as State
from tests.builders.people import JAAN
from tests.fixtures.engine import Engine
from tests.workflows.approvals.stories import (
    Story,
    begun,
    lapses_in,
    register_is_back,
    register_is_down,
)


async def approval_carried_out(engine: Engine) -> str:
    story = await begun(engine)
    story.confirm(JAAN)
    return await _over(story, State.CARRIED_OUT)


async def approval_carried_out_after_an_outage(engine: Engine) -> str:
    story = await begun(engine)
    register_is_down(engine)
    story.confirm(JAAN)
    await story.until(State.CHECKING_REGISTER, "register_unavailable")
    register_is_back(engine)
    return await _over(story, State.CARRIED_OUT)


async def approval_lapsed(engine: Engine) -> str:
    story = await begun(engine)
    lapses_in(story, timedelta())
    await story.look()
    return await _over(story, State.LAPSED)


async def _over(story: Story, state: State) -> str:
    assert await story.over() is state
    return story.handle.id
