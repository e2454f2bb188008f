"""Givings of a campaign: access is offered, accepted, passed on, and ends one way or another."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import httpx

from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PersistentClient
from dev.chaos.workload import GivingHabit, GivingRequest, Part
from dev.stack.days import today

_FOUND = {httpx.codes.OK, httpx.codes.CREATED, httpx.codes.NO_CONTENT}


class Giving:
    """One giving, over HTTP, by the tokens of its people."""

    def __init__(
        self,
        client: PersistentClient,
        request: GivingRequest,
        tokens: Mapping[Part, str],
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._request = request
        self._tokens = tokens
        self._clock = clock

    async def carry_out(self, asked: Outcome, another: Callable[[Outcome], None]) -> None:
        """Give, and what follows by habit; ``another`` gets what is passed on."""
        habit = self._request.habit
        path = f"/v1/accounts/{self._request.account_id}/delegations"
        given = await self._offered(asked, path, Part.GIVER, Part.RECEIVER)
        if habit is GivingHabit.DECLINED:
            await self._done(asked, given, Part.RECEIVER, "decline", "declined")
        elif habit is GivingHabit.WITHDRAWN:
            await self._done(asked, given, Part.GIVER, "withdraw", "withdrawn")
        if not habit.is_passed_on:
            return
        await self._done(asked, given, Part.RECEIVER, "accept", "active")
        child = Outcome(self._request, first_sent=self._clock())
        another(child)
        passed_on = await self._offered(child, f"{given}/pass-on", Part.RECEIVER, Part.CHILD)
        if habit is not GivingHabit.REVOKED_EARLY:
            await self._done(child, passed_on, Part.CHILD, "accept", "active")
        await self._end(asked, child, given)

    async def _end(self, asked: Outcome, child: Outcome, given: str) -> None:
        match self._request.habit:
            case GivingHabit.REVOKED | GivingHabit.REVOKED_EARLY:
                await self._done(asked, given, Part.GIVER, "revoke", "delegation_revoked")
                child.ends = "delegation_parent_ended"
            case GivingHabit.WAIVED:
                await self._done(asked, given, Part.RECEIVER, "waive", "delegation_waived")
                child.ends = "delegation_parent_ended"

    async def _offered(self, asked: Outcome, path: str, who: Part, to: Part) -> str:
        body = {
            "receiver": {"country": "EE", "code": self._request.code(to)},
            "permissions": ["invoice:view"],
            "from_day": today(),
            "may_pass_on": to is Part.RECEIVER,
        }
        answer = await self._post(asked, path, who, body, f"to-{to}")
        asked.id, asked.ends = UUID(answer.json()["id"]), "awaiting_acceptance"
        asked.answered = self._clock()
        return f"/v1/delegations/{asked.id}"

    async def _done(self, asked: Outcome, path: str, who: Part, does: str, ends: str) -> None:
        await asyncio.sleep(self._request.pause)
        body = {"version": 1} if does == "accept" else None
        await self._post(asked, f"{path}/{does}", who, body, f"{does}-by-{who}")
        asked.ends = ends

    async def _post(
        self, asked: Outcome, path: str, who: Part, body: Any, name: str
    ) -> httpx.Response:
        key = f"giving-{self._request.index}-{name}"
        answer = await self._client.post(path, self._tokens[who], body, key)
        # Declined once more under the same key, it is not there any more.
        again = name.startswith("decline") and answer.status_code == httpx.codes.NOT_FOUND
        if answer.status_code not in _FOUND and not again:
            asked.wrong.append(f"{name} was answered with {answer.status_code}: {answer.text}")
            raise LookupError(name)
        return answer
