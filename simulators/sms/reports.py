"""Delivery reports: signed, repeated until accepted, in the order or disorder that is set."""

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Literal

import anyio
import httpx
from anyio.abc import TaskGroup
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from simulators.sms.forms import Number
from simulators.sms.outbox import Message
from simulators.sms.statuses import Status, report_of

SIGNATURE = "X-Messente-Signature"
_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each repetition of a report that was not accepted."""


class Habits(BaseModel):
    """Settings for the reports of messages that are accepted from now on."""

    model_config = ConfigDict(extra="forbid")

    reports: Literal["automatic", "manual"] = Field(
        "automatic", description="manual: nothing becomes of a message until it is asked for"
    )
    duplicate: bool = Field(default=False, description="Each report twice, byte for byte")
    late: float = Field(
        0, ge=0, le=3600, description="Seconds; who asks for the status knows at once"
    )
    reversed: bool = Field(default=False, description="Send the outcome first, then ACK")


class Fate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: Status = "DELIVRD"
    err: int = Field(0, ge=0, le=999)


class Outcome(Fate):
    """Outcome, after ACK, of messages to one number."""

    to: Number


class Reporter:
    """Sends the reports of one account, whose password signs them."""

    def __init__(self, password: SecretStr) -> None:
        self.habits = Habits()
        self.outcomes: dict[str, Outcome] = {}
        self._key = password.get_secret_value().encode()
        self._tasks: TaskGroup
        self._http: httpx.AsyncClient

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Send reports while the block runs; those not sent at its end never are."""
        async with (
            httpx.AsyncClient(timeout=5, trust_env=False) as self._http,
            anyio.create_task_group() as self._tasks,
        ):
            yield
            self._tasks.cancel_scope.cancel()

    def report(self, message: Message) -> None:
        """Decide the outcome of a message and begin to report it, if reports are on."""
        if self.habits.reports == "manual":
            return
        outcome = self.outcomes.get(message.to, Fate())
        bodies = [self._becomes(message, fate) for fate in (Fate(status="ACK"), outcome)]
        if message.dlr_url is not None:
            self._tasks.start_soon(self._send, message.dlr_url, bodies, self.habits)

    async def report_now(self, message: Message, fate: Fate) -> int | None:
        """Set the outcome of a message and report it once; return the receiver's status, if any."""
        body = self._becomes(message, fate)
        return None if message.dlr_url is None else await self._post(message.dlr_url, body)

    def _becomes(self, message: Message, fate: Fate) -> bytes:
        message.becomes(fate.status, fate.err)
        return json.dumps(report_of(message, fate.status, fate.err, message.changed_at)).encode()

    async def _send(self, url: str, bodies: list[bytes], habits: Habits) -> None:
        await anyio.sleep(habits.late)
        for body in reversed(bodies) if habits.reversed else bodies:
            for _ in range(2 if habits.duplicate else 1):
                await self._deliver(url, body)

    async def _deliver(self, url: str, body: bytes) -> None:
        for wait in (0, *_WAITS):
            await anyio.sleep(wait)
            answered = await self._post(url, body)
            if answered is not None and 200 <= answered < 400:
                return

    async def _post(self, url: str, body: bytes) -> int | None:
        signature = hmac.new(self._key, body, sha256).hexdigest()
        headers = {"content-type": "application/json", SIGNATURE: signature}
        try:
            return (await self._http.post(url, content=body, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
