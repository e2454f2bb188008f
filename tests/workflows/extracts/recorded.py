"""Stories of extracts whose histories are recorded: each way in which one ends."""

from collections.abc import Awaitable, Callable

from domain.call_details.extracts import FileFormat
from tests.builders.extracts import month_of, terms
from tests.clients.usage_server import Reply
from tests.fixtures.extract_stack import ExtractStack


async def extract_made(stack: ExtractStack) -> str:
    stack.billing.records = [*month_of(25)]
    return await stack.over(await stack.ask(terms(format_=FileFormat.PDF)))


async def extract_given_up(stack: ExtractStack) -> str:
    stack.billing.change = lambda *_: Reply(404, b'{"code": "account_unknown"}')
    return await stack.over(await stack.ask())


EXTRACT_STORIES: tuple[Callable[[ExtractStack], Awaitable[str]], ...] = (
    extract_made,
    extract_given_up,
)
