"""Temporal accepts a request and answers too late: the caller's answer matches the outcome."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowHandle,
)
from temporalio.service import RPCError, RPCStatusCode

from services.numbers.policy import NumberPolicy
from settings.processes import ApiSettings
from tests.builders.rows import rows
from tests.clients.api_client import Front, open_front
from tests.clients.number_verification import ask, resend
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.number_stack import NUMBER, Numbers

USED = "SELECT FROM rate_limit WHERE used_until > clock_timestamp()"


class _TooLate(Interceptor):
    """Temporal accepts the request; its answer is lost once ``meanwhile`` has happened."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self.meanwhile = meanwhile

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 # the SDK's name
        return _Outbound(next, self.meanwhile)


class _Outbound(OutboundInterceptor):
    def __init__(
        self, inner: OutboundInterceptor, meanwhile: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(inner)
        self._meanwhile = meanwhile

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002 # the SDK's name
        await super().start_workflow(input)
        await self._meanwhile()
        raise RPCError("too late", RPCStatusCode.DEADLINE_EXCEEDED, b"")


async def _at_once() -> None:
    """Do nothing in between."""


@asynccontextmanager
async def answered_late(
    numbers: Numbers, meanwhile: Callable[[], Awaitable[None]] = _at_once
) -> AsyncIterator[Front]:
    """The API, to which Temporal answers too late."""
    client = Client(
        numbers.client.service_client,
        namespace=numbers.client.namespace,
        data_converter=numbers.client.data_converter,
        interceptors=[_TooLate(meanwhile)],
    )
    with patch.dict(os.environ, numbers.variables):
        policy = NumberPolicy.of(ApiSettings.from_environment())
    queue = numbers.settings.task_queue
    async with open_front(numbers.database, client, task_queue=queue, numbers=policy) as front:
        yield front


async def activities(numbers: Numbers, verification: UUID) -> int:
    """Return the number of activities that its workflow has carried out."""
    history = await numbers.handle(verification).fetch_history()
    done = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
    return sum(event.event_type == done for event in history.events)


async def until_carried_out(numbers: Numbers, verification: UUID, count: int) -> None:
    async def enough() -> bool:
        return await activities(numbers, verification) >= count

    await until(enough)


async def test_what_was_taken_back_is_sent_only_when_it_is_requested_again(
    idle_numbers: Numbers,
) -> None:
    numbers, key = idle_numbers, str(uuid4())
    async with answered_late(numbers) as late:
        refused = await ask(late, number=NUMBER, key=key)
    ((id_,),) = rows(numbers.database, "SELECT id FROM verification")

    async with working(numbers.settings, numbers.client):
        await until_carried_out(numbers, id_, 1)
        before, used = numbers.codes(), rows(numbers.database, USED)
        again = await ask(numbers.front, number=NUMBER, key=key)
        await numbers.handed_over(id_)
        right = await numbers.bring_newest(id_)
        await numbers.over(id_)

    assert (refused.status_code, before, used) == (503, [], [])
    assert (again.status_code, again.json()["id"]) == (202, str(id_))
    assert (right.json()["state"], len(numbers.codes())) == ("verified", 1)


async def test_another_sms_that_was_taken_back_is_sent_only_when_it_is_requested_again(
    idle_numbers: Numbers,
) -> None:
    numbers = idle_numbers
    async with working(numbers.settings, numbers.client):
        id_ = await numbers.asked()
        await numbers.handed_over(id_)
    numbers.wait_passes(id_)
    async with answered_late(numbers) as late:
        refused = await resend(late, id_)

    async with working(numbers.settings, numbers.client):
        await until_carried_out(numbers, id_, 2)
        before = numbers.codes()
        again = await numbers.resend(id_)
        await numbers.handed_over(id_, 2)
        right = await numbers.bring_newest(id_)

    assert (refused.status_code, len(before), again.status_code) == (503, 1, 202)
    assert (right.json()["state"], len(numbers.codes())) == ("verified", 2)


async def test_an_sms_that_was_sent_before_the_caller_gave_up_is_answered_as_sent(
    numbers: Numbers,
) -> None:
    async def until_sent() -> None:
        await until(lambda: len(numbers.codes()) == 1)

    async with answered_late(numbers, until_sent) as late:
        answer = await ask(late, number=NUMBER)

    assert (answer.status_code, answer.json()["state"]) == (202, "sent")
    assert rows(numbers.database, USED) != []
    right = await numbers.bring_newest(UUID(answer.json()["id"]))
    assert (right.json()["state"], len(numbers.codes())) == ("verified", 1)
