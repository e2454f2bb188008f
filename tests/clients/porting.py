"""The porting system, and operations, tell that a number leaves, and that it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.clients.api_client import BILLING, OPS, Answer, Front
from tests.clients.contracting import read

ID, NUMBER = UUID(int=71), "+37255500001"
NOW = datetime.now(UTC).replace(microsecond=0)


async def tell(
    front: Front,
    state: str,
    *,
    days: float = 3,
    known: float = 0,
    id_: UUID = ID,
    number: str = NUMBER,
) -> Answer:
    """Tell that the number leaves in so many days, as it was known so many hours ago."""
    at = NOW + timedelta(days=days)
    if state == "completed":
        at = NOW - timedelta(minutes=1)
    body: dict[str, Any] = {"number": number, "state": state, "ported_at": at.isoformat()}
    if state != "completed":
        body["as_of"] = (NOW - timedelta(hours=known)).isoformat()
    return await front.put(f"/v1/port-outs/{id_}", BILLING, body)


async def ends(front: Front, id_: UUID) -> tuple[str, str | None, int | None]:
    """State of a contract, why it ends, and in how many days."""
    shown = (await read(front, str(id_))).json()
    if shown["end"] is None:
        return shown["state"], None, None
    left = datetime.fromisoformat(shown["end"]["at"]) - NOW
    return shown["state"], shown["end"]["reason"], round(left / timedelta(days=1))


async def call_off(front: Front, id_: UUID) -> Answer:
    """Call the end of a contract off, as operations do."""
    why = {"reason": "It does not leave"}
    path = f"/v1/ops/contracts/{id_}/end/cancel"
    return await front.post(path, OPS, why, idempotency_key=str(uuid4()))
