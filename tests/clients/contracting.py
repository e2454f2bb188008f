"""People who start contracts over HTTP, agree to them and end them."""

from typing import Any
from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from tests.builders import contracts
from tests.builders.delegations import OFFICE
from tests.builders.people import MARI
from tests.clients.api_client import Answer, Front, person_token

FIBRE: dict[str, Any] = {
    "product": "internet-subscription",
    "months": 24,
    "parameters": {"package": "internet-300"},
}
MOBILE: dict[str, Any] = {
    "product": "mobile-subscription",
    "parameters": {"package": "mobile-m", "iccid": "89372010000000000001"},
    "number": "+37255512345",
}


async def start(
    front: Front,
    wanted: dict[str, Any],
    who: PersonKey = MARI,
    account: UUID = OFFICE.id,
    key: str = "",
) -> Answer:
    """Start a contract."""
    path = f"/v1/accounts/{account}/contracts"
    return await front.post(path, person_token(who), wanted, idempotency_key=key or str(uuid4()))


async def offered(front: Front, wanted: dict[str, Any], who: PersonKey = MARI, **more: Any) -> str:
    """Start a contract and offer it, as its process does; returns its id."""
    answer = await start(front, wanted, who, **more)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    with front.database.transaction() as session:
        contracts.offer(session, UUID(id_))
    return id_


async def read(front: Front, id_: str, who: PersonKey = MARI, language: str = "et") -> Answer:
    return await front.get(f"/v1/contracts/{id_}", person_token(who), accept_language=language)


async def act(
    front: Front, id_: str, what: str, who: PersonKey = MARI, body: Any = None, **claims: Any
) -> Answer:
    """Confirm, decline or withdraw a contract, by a token with these claims."""
    token = person_token(who, **claims)
    path = f"/v1/contracts/{id_}/{what}"
    return await front.post(path, token, body, idempotency_key=str(uuid4()))


async def confirm(front: Front, id_: str, who: PersonKey = MARI, **changes: Any) -> Answer:
    """Read the contract and confirm it; ``changes`` to the request's body."""
    return await act(front, id_, "confirm", who, await seen(front, id_, who) | changes)


async def seen(front: Front, id_: str, who: PersonKey = MARI) -> dict[str, Any]:
    """What is agreed to, as a person was shown it; nothing known to who was shown nothing."""
    shown = (await read(front, id_, who)).json().get("confirmation") or {}
    text = shown.get("shown") or {}
    return {
        "digest": shown.get("digest") or "0" * 64,
        "template_version": text.get("template_version", 1),
        "language": text.get("language", "et"),
    }


async def preview(front: Front, id_: str, who: PersonKey = MARI, query: str = "") -> Answer:
    """Preview the end of a contract."""
    return await front.get(f"/v1/contracts/{id_}/end-preview{query}", person_token(who))


async def end(front: Front, id_: str, who: PersonKey = MARI, **changes: Any) -> Answer:
    """Preview the end of a contract and end it so; ``changes`` to the request's body."""
    digest = (await preview(front, id_, who)).json().get("digest") or "0" * 64
    body = {"preview": digest, "reason": "customer", **changes}
    return await act(front, id_, "end", who, body)
