"""People who order services of an account over HTTP, confirm and cancel."""

from typing import Any
from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from tests.builders.delegations import OFFICE, OTHER, OWN
from tests.builders.people import MARI
from tests.builders.rows import service
from tests.clients.api_client import Answer, Front, person_token

PHONE = service(1, OFFICE)
FIBRE = service(4, OFFICE, kind="internet")
FOREIGN = service(3, OTHER)
PRIVATE = service(5, OWN, kind="internet")


def limit(cents: int = 5000, on: UUID = PHONE.id) -> dict[str, Any]:
    """A spending limit, which whoever orders it confirms."""
    parameters = {"spendingLimit": cents}
    return {"product": "spending-limit", "service_id": str(on), "parameters": parameters}


def fibre(on: UUID = FIBRE.id) -> dict[str, Any]:
    """A package of fixed internet, which a group confirms."""
    parameters = {"package": "internet-300"}
    return {"product": "internet-package", "service_id": str(on), "parameters": parameters}


def bars(on: UUID = PHONE.id, **which: bool) -> dict[str, Any]:
    """Bars of a number, which need no confirmation."""
    return {"product": "restrictions", "service_id": str(on), "parameters": which}


async def order(
    front: Front,
    *items: dict[str, Any],
    who: PersonKey = MARI,
    account: UUID = OFFICE.id,
    key: str = "",
    **more: Any,
) -> Answer:
    """Order these items."""
    path, body = f"/v1/accounts/{account}/orders", {"items": list(items), **more}
    return await front.post(path, person_token(who), body, idempotency_key=key or str(uuid4()))


async def ordered(front: Front, *items: dict[str, Any], **more: Any) -> str:
    """Order them; returns the id of the order."""
    answer = await order(front, *items, **more)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def read(front: Front, id_: str, who: PersonKey = MARI, language: str = "en") -> Answer:
    return await front.get(f"/v1/orders/{id_}", person_token(who), accept_language=language)


async def seen(front: Front, id_: str, who: PersonKey = MARI) -> dict[str, Any]:
    """What is confirmed, as a person was shown it."""
    confirmation = (await read(front, id_, who)).json()["confirmation"]
    shown = confirmation["shown"] or {"template_version": 1, "language": "en"}
    return {
        "digest": confirmation["digest"] or "0" * 64,
        "template_version": shown["template_version"],
        "language": shown["language"],
    }


async def confirm(
    front: Front,
    id_: str,
    who: PersonKey = MARI,
    body: dict[str, Any] | None = None,
    *,
    key: str = "",
    **claims: Any,
) -> Answer:
    """Read the order and confirm it, by a token with these claims."""
    said = body or await seen(front, id_, who)
    path, token = f"/v1/orders/{id_}/confirm", person_token(who, **claims)
    return await front.post(path, token, said, idempotency_key=key or str(uuid4()))


async def cancel(front: Front, id_: str, who: PersonKey = MARI, reason: str = "") -> Answer:
    path, body = f"/v1/orders/{id_}/cancel", {"reason": reason}
    return await front.post(path, person_token(who), body, idempotency_key=str(uuid4()))


async def listed(
    front: Front, who: PersonKey = MARI, account: UUID = OFFICE.id, **asked: Any
) -> dict[str, Any]:
    """A page of an account's orders."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = await front.get(f"/v1/accounts/{account}/orders?{query}", person_token(who))
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page
