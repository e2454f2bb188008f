"""An order of a campaign: placed over TMF641, and cancelled a while later or never."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import httpx

from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PersistentClient
from dev.chaos.workload import OrderRequest, ordered_id
from simulators.portal.portal import PATH, item

_ANSWERS = {httpx.codes.CREATED, httpx.codes.CONFLICT}
"""Of a request to cancel: taken, or the order is over, or an earlier one was taken."""


class Ordering:
    """Places one order for the operator."""

    def __init__(
        self,
        client: PersistentClient,
        request: OrderRequest,
        token: str,
        seconds: Callable[[], float],
    ) -> None:
        self._client = client
        self._request = request
        self._token = token
        self._seconds = seconds

    async def carry_out(self, asked: Outcome) -> None:
        """Place the order, and cancel it where that is wanted."""
        request = self._request
        items = [
            item(n, str(ordered_id(of)), "spending-limit", {"spendingLimit": request.cents(n)})
            for n, of in enumerate(request.services, 1)
        ]
        body, key = {"serviceOrderItem": items}, f"order-{request.index}"
        answer = await self._client.post(f"{PATH}/serviceOrder", self._token, body, key)
        asked.answered = self._seconds()
        if answer.status_code != httpx.codes.CREATED:
            asked.wrong.append(f"was answered with {answer.status_code}: {answer.text}")
            return
        asked.id = UUID(answer.json()["id"])
        if request.cancelled_after is not None:
            await asyncio.sleep(request.cancelled_after)
            await self._cancel(asked)

    async def _cancel(self, asked: Outcome) -> None:
        body = {"serviceOrder": {"id": str(asked.id)}, "cancellationReason": "a fault campaign"}
        path = f"{PATH}/cancelServiceOrder"
        answer = await self._client.request("POST", path, self._token, body)
        if answer.status_code not in _ANSWERS:
            asked.wrong.append(f"its cancel was answered with {answer.status_code}")
