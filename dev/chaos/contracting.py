"""A contract of a campaign: started, agreed to, and ended, or not, over HTTP."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PAUSE, PersistentClient
from dev.chaos.signing import Signing
from dev.chaos.workload import Agreeing, ContractHabit, ContractRequest

_TAKEN = ["number_taken"]


class Contracting:
    """Starts one contract for its person."""

    def __init__(
        self,
        client: PersistentClient,
        request: ContractRequest,
        token: str,
        seconds: Callable[[], float],
    ) -> None:
        self._client = client
        self._request = request
        self._token = token
        self._seconds = seconds

    async def carry_out(self, asked: Outcome) -> None:
        """Start the contract, and what follows by habit."""
        if not await self._started(asked):
            return
        path, habit = f"/v1/contracts/{asked.id}", self._request.habit
        offered = await self._reached(path, "offered")
        await asyncio.sleep(self._request.pause)
        if habit is ContractHabit.NOT_AGREED:
            await self._done(asked, f"{path}/withdraw", None, "cancelled")
            return
        if not await self._agreed(asked, path, offered["confirmation"]):
            await self._done(asked, f"{path}/withdraw", None, "cancelled")
            return
        if habit is ContractHabit.ENDED:
            await self._reached(path, "active")
            await asyncio.sleep(self._request.pause)
            shown = await self._client.request(
                "GET", f"{path}/end-preview?reason=withdrawal", self._token
            )
            body = {"preview": shown.json()["digest"], "reason": "withdrawal"}
            await self._done(asked, f"{path}/end", body, "ended")

    async def _agreed(self, asked: Outcome, path: str, seen: Any) -> bool:
        """Agree by a click or a signature; False: the services that sign were away for too long."""
        said = {name: seen["shown"][name] for name in ("template_version", "language")}
        body = {"digest": seen["digest"], **said}
        if self._request.agrees is Agreeing.CLICK:
            await self._done(asked, f"{path}/confirm", body, "active")
            return True
        signing = Signing(self._client, self._request, self._token)
        if not await signing.carry_out(asked, path, body):
            return False
        asked.ends = "active"
        return True

    async def _started(self, asked: Outcome) -> bool:
        request = self._request
        body = {
            "product": request.product,
            "number": request.number,
            "parameters": {"package": "mobile-s", "iccid": f"893720100000{request.index:07}"},
        }
        path = f"/v1/accounts/{request.account_id}/contracts"
        answer = await self._post(path, body, "start")
        asked.answered = self._seconds()
        if answer.status_code == httpx.codes.CONFLICT:
            asked.refused = answer.json().get("refusals") == _TAKEN
        if answer.status_code == httpx.codes.CREATED:
            asked.id = UUID(answer.json()["id"])
        elif not asked.refused:
            asked.wrong.append(f"was answered with {answer.status_code}: {answer.text}")
        return asked.id is not None

    async def _reached(self, path: str, state: str) -> Any:
        """Wait until the contract is in this state. Raises TimeoutError."""
        while True:
            found = (await self._client.request("GET", path, self._token)).json()
            if found["state"] == state:
                return found
            await asyncio.sleep(PAUSE)

    async def _done(self, asked: Outcome, path: str, body: Any, ends: str) -> None:
        answer = await self._post(path, body, path.rpartition("/")[2])
        if answer.status_code != httpx.codes.OK:
            asked.wrong.append(f"{path} was answered with {answer.status_code}: {answer.text}")
            raise LookupError(path)
        asked.ends = ends

    async def _post(self, path: str, body: Any, name: str) -> httpx.Response:
        key = f"contract-{self._request.index}-{name}"
        return await self._client.post(path, self._token, body, key)
