"""A person of a campaign signs a contract on their phone, which answers by itself."""

import asyncio
from typing import Any
from uuid import UUID

import httpx

from dev.chaos.outcome import Outcome
from dev.chaos.persistent_client import PAUSE, PersistentClient
from dev.chaos.workload import ContractRequest

_TRIES = 4
"""A person may be asked five times in a quarter of an hour."""
_AWAY = "signing_service_unavailable"


class Signing:
    """Signs one contract, again where the service that signs was away."""

    def __init__(self, client: PersistentClient, request: ContractRequest, token: str) -> None:
        self._client = client
        self._request = request
        self._token = token

    async def carry_out(self, asked: Outcome, path: str, seen: dict[str, Any]) -> bool:
        """Return whether the contract at ``path`` is signed. Raises LookupError, TimeoutError."""
        method, phone = self._request.agrees.value, self._request.phone
        body = {**seen, "method": method, "phone": phone}
        for attempt in range(_TRIES):
            key = f"contract-{self._request.index}-sign-{attempt}"
            answer = await self._client.post(f"{path}/sign", self._token, body, key)
            if answer.status_code != httpx.codes.ACCEPTED:
                asked.wrong.append(f"signing was answered with {answer.status_code}: {answer.text}")
                raise LookupError(path)
            signing_id = UUID(answer.json()["id"])
            asked.signings.append(signing_id)
            if await self._has_signed(asked, signing_id):
                return True
        return False

    async def _has_signed(self, asked: Outcome, signing_id: UUID) -> bool:
        """Wait until the signing has ended; return whether the signature is kept."""
        path = f"/v1/operations/{signing_id}"
        while True:
            found = (await self._client.request("GET", path, self._token)).json()
            if found["state"] in {"succeeded", "failed"}:
                break
            await asyncio.sleep(PAUSE)
        if found["state"] == "failed" and found["error"]["code"] != _AWAY:
            asked.wrong.append(f"signing {signing_id} failed: {found['error']}")
        return bool(found["state"] == "succeeded")
