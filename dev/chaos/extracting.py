"""An extract of a campaign: asked for, and cancelled a while later or never."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import httpx

from dev.chaos.billed_workload import ExtractHabit, ExtractRequest
from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PersistentClient
from dev.stack.days import today


class Extracting:
    """Asks for one extract for its person."""

    def __init__(
        self,
        client: PersistentClient,
        request: ExtractRequest,
        token: str,
        seconds: Callable[[], float],
    ) -> None:
        self._client = client
        self._request = request
        self._token = token
        self._seconds = seconds

    async def carry_out(self, asked: Outcome) -> None:
        """Ask for it, and cancel it where that is wanted."""
        request = self._request
        path, key = f"/v1/accounts/{request.account_id}/extracts", f"extract-{request.index}"
        answer = await self._client.post(path, self._token, _two_months(), key)
        asked.answered, asked.ends = self._seconds(), "ready"
        if answer.status_code != httpx.codes.ACCEPTED:
            asked.wrong.append(f"was answered with {answer.status_code}: {answer.text}")
            return
        asked.id = UUID(answer.json()["id"])
        if request.habit is ExtractHabit.CANCELLED:
            await asyncio.sleep(request.pause)
            answer = await self._client.post(
                f"{path}/{asked.id}/cancel", self._token, {}, f"{key}-cancel"
            )
            if answer.status_code < httpx.codes.BAD_REQUEST:
                asked.ends = "cancelled"
            elif answer.status_code != httpx.codes.CONFLICT:  # it was made already
                asked.wrong.append(f"its cancel was answered with {answer.status_code}")


def _two_months() -> dict[str, str]:
    """Return the two months before this one."""
    last = date.fromisoformat(today()).replace(day=1) - timedelta(days=1)
    first = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    return {"from_day": first.isoformat(), "through_day": last.isoformat(), "format": "csv"}
