"""A payment of a campaign: started at the API, carried out at the bank, brought back or not."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

import httpx

from dev.chaos.billed_workload import PayingHabit, PaymentRequest
from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PAUSE, PersistentClient

_FORM = {"content-type": "application/x-www-form-urlencoded"}
_OVER = frozenset({"cancelled", "expired", "refused"})
_TRIES = 4
"""How often a browser is let load the page to which a bank sends it."""


class Paying:
    """Pays one invoice for its person."""

    def __init__(
        self,
        client: PersistentClient,
        bank: httpx.AsyncClient,
        request: PaymentRequest,
        token: str,
        seconds: Callable[[], float],
    ) -> None:
        """``bank``: at the address of the simulated banks."""
        self._client = client
        self._bank = bank
        self._request = request
        self._token = token
        self._seconds = seconds

    async def carry_out(self, asked: Outcome) -> None:
        """Start the payment, and do at the bank what is this person's habit."""
        habit = self._request.habit
        asked.ends = habit.ends
        windows = []
        for number in range(max(1, habit.paid)):  # each click is handed over anew
            if not await self._clicked(asked, number):
                return
            windows.append(await self._opened(asked))
        await asyncio.sleep(self._request.pause)
        for window in windows:
            await self._at_bank(window)
        if habit is PayingHabit.CANCELS:
            await self._cancelled(asked)

    async def _clicked(self, asked: Outcome, number: int) -> bool:
        """Click on "pay"; a payment that is under way is shown again."""
        path = f"/v1/accounts/{self._request.account_id}/invoices?state=open"
        listed = (await self._client.request("GET", path, self._token)).json()
        invoice = listed["items"][0]["id"]
        body, key = {"bank": self._request.bank}, f"payment-{self._request.index}-{number}"
        path = f"/v1/invoices/{invoice}/payments"
        answer = await self._client.post(path, self._token, body, key)
        asked.answered = asked.answered or self._seconds()
        if answer.status_code != (httpx.codes.OK if number else httpx.codes.CREATED):
            asked.wrong.append(f"was answered with {answer.status_code}: {answer.text}")
            return False
        found = UUID(answer.json()["id"])
        if number and found != asked.id:
            asked.wrong.append(f"a second click started {found}")
        asked.id = found
        return True

    async def _opened(self, asked: Outcome) -> str:
        """Come to the bank in a window of its own; return the bank's id of the payment."""
        found = await self._client.request("GET", f"/v1/payments/{asked.id}", self._token)
        form = found.json()["action"]
        answer = await self._bank.post(form["url"], content=_body(form), headers=_FORM)
        return str(answer.headers["location"]).rpartition("/")[2]

    async def _at_bank(self, window: str) -> None:
        match self._request.habit:
            case PayingHabit.CANCELS:
                await self._come_back(await self._press(window, "cancel"))
            case PayingHabit.CLOSES:
                await self._press(window, "pay")
            case PayingHabit.SECOND_SIGNER:
                await self._press(window, "leave")
                await asyncio.sleep(self._request.pause)
                await self._press(window, "sign")
            case PayingHabit.TAKEN_BACK:
                await self._come_back(await self._press(window, "pay"))
                await self._press(window, "return")
            case PayingHabit.COMES_BACK | PayingHabit.TWICE:
                await self._come_back(await self._press(window, "pay"))

    async def _press(self, window: str, button: str) -> Any:
        """Press a button of the bank's page; return the form that brings the payer back, if any."""
        answer = await self._bank.post(f"/_control/payments/{window}/{button}")
        return answer.raise_for_status().json()["back"]

    async def _come_back(self, form: Any) -> None:
        """Bring back what the bank says. None: it said nothing, or the window was closed."""
        for _ in range(_TRIES if form else 0):
            with suppress(httpx.TransportError):
                answer = await self._bank.post(form["url"], content=_body(form), headers=_FORM)
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    return
            await asyncio.sleep(PAUSE)

    async def _cancelled(self, asked: Outcome) -> None:
        """See that it is cancelled: here, where the bank's word was lost."""
        path = f"/v1/payments/{asked.id}"
        await asyncio.sleep(self._request.pause)
        while (await self._state(path)) not in _OVER:
            key = f"payment-{self._request.index}-cancel"
            await self._client.post(f"{path}/cancel", self._token, {}, key)
            await asyncio.sleep(PAUSE)

    async def _state(self, path: str) -> str:
        found = await self._client.request("GET", path, self._token)
        return str(found.json()["state"])


def _body(form: Mapping[str, Any]) -> bytes:
    """Return what a browser posts of a form, in its charset."""
    charset = form.get("charset") or "UTF-8"
    fields = form["fields"].items()
    return "&".join(
        f"{name}={quote_from_bytes(value.encode(charset), safe='')}" for name, value in fields
    ).encode()
