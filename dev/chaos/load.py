"""The load of a campaign: requests as the portal and its people send them.

A request without an answer is repeated under the same key, so each is made exactly once.
"""

import asyncio
import re
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import date
from threading import Thread
from typing import Any
from uuid import UUID

import httpx

from dev.chaos.billed_workload import ExtractRequest, PaymentRequest
from dev.chaos.contracting import Contracting
from dev.chaos.extracting import Extracting
from dev.chaos.giving import Giving
from dev.chaos.ordering import Ordering
from dev.chaos.outcome import Outcome, Request
from dev.chaos.paying import Paying
from dev.chaos.persistent_client import PAUSE, PersistentClient
from dev.chaos.schedule import Schedule
from dev.chaos.workload import (
    ContractRequest,
    GivingRequest,
    Habit,
    NumberRequest,
    OrderRequest,
    Part,
    ResendRequest,
    service_id,
)
from dev.stack.stack import Stack
from simulators.identity.client import client_token, person_token_async
from simulators.register.codes import personal_code

_PATIENCE = 150.0
"""After the last moment of the schedule; a key that died with the API is kept for a minute."""
_CODE = re.compile(r"\b\d{6}\b")


class Load:
    """Sends all requests in a thread of its own; the main thread starts programs."""

    def __init__(self, stack: Stack, schedule: Schedule) -> None:
        self._stack = stack
        self._schedule = schedule
        self._begun = 0.0
        self._texts: dict[str, list[str]] = {}
        self._http: httpx.AsyncClient
        self._bank: httpx.AsyncClient
        self._tokens: dict[int, str] = {}
        self._giving_tokens: dict[tuple[int, Part], str] = {}
        self._own_tokens: dict[str, str] = {}
        """Of people who have one thing of their own, by their codes."""
        self._systems = self._portal = ""
        self._client: PersistentClient
        requests: list[Request] = [*schedule.numbers, *schedule.resends]
        requests += [*schedule.givings, *schedule.orders, *schedule.contracts]
        requests += [*schedule.payments, *schedule.extracts]
        self.asked = [Outcome(request) for request in requests]
        self._thread = Thread(target=lambda: asyncio.run(self._all()), name="asking", daemon=True)

    def start(self) -> None:
        """Get tokens, then start the schedule's clock and the requests."""
        self._systems = client_token(self._stack.identity_url, "operator-systems")
        self._portal = client_token(self._stack.identity_url, "portal")
        asyncio.run(self._log_in())
        self._begun = time.monotonic()
        self._thread.start()

    def going_on(self) -> bool:
        """True while a request is still to be sent or answered."""
        return self._thread.is_alive()

    def seconds(self) -> float:
        """Seconds since the start of the schedule."""
        return time.monotonic() - self._begun

    def counts(self) -> tuple[int, int]:
        """Count requests sent, and requests answered."""
        asked = sum(each.first_sent > 0 for each in self.asked)
        return asked, sum(each.answered is not None for each in self.asked)

    async def _log_in(self) -> None:
        async with httpx.AsyncClient(base_url=self._stack.identity_url, trust_env=False) as http:
            for person in range(self._schedule.form.people):
                code = personal_code("EST", date(1980, 1, 8), person + 2)
                self._tokens[person] = await person_token_async(http, code)
            for giving in self._schedule.givings:
                for part in Part:
                    token = await person_token_async(http, giving.code(part))
                    self._giving_tokens[giving.index, part] = token
            schedule = self._schedule
            codes = [each.code for each in schedule.contracts]
            codes += [each.code for each in schedule.payments]
            for code in (*codes, *(each.code for each in schedule.extracts)):
                self._own_tokens[code] = await person_token_async(http, code)

    async def _all(self) -> None:
        # A connection for each request: what dies while many wait must not keep a pool's places,
        # and a server that ends an idle one just then answers nothing.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(timeout=8, trust_env=False, limits=limits) as self._http,
            httpx.AsyncClient(
                timeout=30, base_url=self._stack.bank_url, trust_env=False, limits=limits
            ) as bank,
        ):
            self._bank = bank
            self._client = PersistentClient(self._http, self._stack.api_url, self._goes_on)
            reading = asyncio.create_task(self._read_texts())
            try:
                await asyncio.gather(*(self._one(each) for each in tuple(self.asked)))
            finally:
                reading.cancel()

    async def _one(self, asked: Outcome) -> None:
        request = asked.request
        await asyncio.sleep(request.at - self.seconds())
        asked.first_sent = self.seconds()
        try:
            await self._does(asked, request)
        except TimeoutError:
            asked.wrong.append("was never answered")
        except (httpx.HTTPError, ValueError, LookupError) as error:
            asked.wrong.append(f"got an answer that cannot be read: {error!r}")

    def _does(self, asked: Outcome, request: Request) -> Coroutine[Any, Any, None]:
        if isinstance(request, NumberRequest):
            return self._prove(asked, request)
        if isinstance(request, OrderRequest):
            return Ordering(self._client, request, self._portal, self.seconds).carry_out(asked)
        if isinstance(request, ContractRequest):
            token = self._own_tokens[request.code]
            return Contracting(self._client, request, token, self.seconds).carry_out(asked)
        if isinstance(request, PaymentRequest):
            token = self._own_tokens[request.code]
            paying = Paying(self._client, self._bank, request, token, self.seconds)
            return paying.carry_out(asked)
        if isinstance(request, ExtractRequest):
            token = self._own_tokens[request.code]
            return Extracting(self._client, request, token, self.seconds).carry_out(asked)
        return (
            self._resend(asked, request)
            if isinstance(request, ResendRequest)
            else self._give(asked, request)
        )

    async def _give(self, asked: Outcome, request: GivingRequest) -> None:
        tokens = {part: self._giving_tokens[request.index, part] for part in Part}
        giving = Giving(self._client, request, tokens, self.seconds)
        await giving.carry_out(asked, self.asked.append)

    def _goes_on(self) -> bool:
        return self.seconds() < self._schedule.form.asking + _PATIENCE

    async def _resend(self, asked: Outcome, request: ResendRequest) -> None:
        path = f"/v1/services/{service_id(request.service)}/resend"
        body = {"reason": "a fault campaign"}
        self._taken(
            asked, await self._client.post(path, self._systems, body, f"resend-{request.index}")
        )

    async def _prove(self, asked: Outcome, request: NumberRequest) -> None:
        token, name = self._tokens[request.person], f"number-{request.index}"
        body = {"number": request.number}
        if not self._taken(asked, await self._client.post("/v1/me/numbers", token, body, name)):
            return
        path = f"/v1/me/numbers/{asked.id}"
        if request.habit is Habit.NEVER:
            return
        if request.habit is Habit.CANCELS:
            await asyncio.sleep(request.types_after)
            await self._client.request("DELETE", path, token)
            return
        good_until = self.seconds() + self._schedule.form.life
        came = await self._text(request.number, 1, self.seconds() + 5)
        again = request.habit is Habit.ASKS_AGAIN
        if again or not came:  # what was lost is asked for again as well
            await self._client.post(f"{path}/resend", token, {}, f"{name}-again")
        if await self._text(request.number, 1 + (again and came), good_until):
            await asyncio.sleep(request.types_after)
            await self._type(asked, request, f"{path}/code", token)

    async def _type(self, asked: Outcome, request: NumberRequest, path: str, token: str) -> None:
        found = _CODE.search(self._texts[request.number][-1])
        code = found[0] if found else ""
        if request.habit is Habit.TYPES_WRONG_FIRST:
            wrong = await self._client.request(
                "POST", path, token, {"code": f"{(int(code) + 1) % 10**6:06}"}
            )
            if wrong.status_code == httpx.codes.OK:
                asked.wrong.append("a wrong code was taken")
        answer = await self._client.request("POST", path, token, {"code": code})
        asked.code_taken = answer.status_code == httpx.codes.OK
        if not asked.code_taken and answer.json().get("code") != "verification_closed":
            asked.wrong.append(f"the right code was answered with {answer.status_code}")

    def _taken(self, asked: Outcome, answer: httpx.Response) -> bool:
        asked.answered = self.seconds()
        if answer.status_code != httpx.codes.ACCEPTED:
            asked.wrong.append(f"was answered with {answer.status_code}")
            return False
        asked.id = UUID(answer.json()["id"])
        return True

    async def _text(self, number: str, wanted: int, until: float) -> bool:
        """Wait until this moment for this many SMS; return whether they arrived."""
        while self.seconds() < until:
            if len(self._texts.get(number, ())) >= wanted:
                return True
            await asyncio.sleep(PAUSE)
        return False

    async def _read_texts(self) -> None:
        """Read the SMS of all numbers, again and again."""
        while True:
            with suppress(httpx.TransportError):
                got = await self._http.get(f"{self._stack.sms_url}/_control/outbox")
                texts: dict[str, list[str]] = {}
                for message in got.json():
                    texts.setdefault(message["to"], []).append(message["text"])
                self._texts = texts
            await asyncio.sleep(PAUSE)
