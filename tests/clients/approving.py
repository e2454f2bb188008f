"""People who represent a company together: they propose, confirm and answer over HTTP."""

from typing import Any
from uuid import UUID, uuid4

from domain.identifiers import PersonKey
from tests.builders import approvals
from tests.builders.delegations import (
    OTHER,
)
from tests.builders.people import JAAN, KATI, TIIU
from tests.builders.rows import carry_out
from tests.clients.api_client import Answer, Front, person_token
from tests.clients.delegating import accountant, code_of

DELEGATIONS = f"/v1/accounts/{OTHER.id}/delegations"
NOT_AGREED = {"reason": "not_agreed"}


def call(front: Front, who: PersonKey, name: str) -> None:
    """Give a person a name."""
    carry_out(
        front.database,
        "UPDATE person SET name = :name WHERE code = :code",
        name=name,
        code=who.code,
    )


async def send(
    front: Front, path: str, token: str, body: Any = None, *, key: str = "", **headers: str
) -> Answer:
    """Any caller's request, once."""
    return await front.post(path, token, body, idempotency_key=key or str(uuid4()), **headers)


async def propose(
    front: Front, who: PersonKey = TIIU, receiver: PersonKey = KATI, **more: Any
) -> Answer:
    """Propose to make somebody the accountant of Tamm, which Tiiu and Jaan represent together."""
    body = accountant(receiver=code_of(receiver)) | more
    return await send(front, DELEGATIONS, person_token(who), body)


async def proposed(
    front: Front, who: PersonKey = TIIU, receiver: PersonKey = KATI, **more: Any
) -> str:
    """Propose it; returns the id of the approval."""
    answer = await propose(front, who, receiver, **more)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["proposal"]["approval_id"]
    return id_


async def read(front: Front, id_: str, who: PersonKey = JAAN, language: str = "en") -> Answer:
    return await front.get(f"/v1/approvals/{id_}", person_token(who), accept_language=language)


async def seen(front: Front, id_: str, who: PersonKey = JAAN) -> dict[str, Any]:
    """What is confirmed, as a person was shown it."""
    shown = (await read(front, id_, who)).json()
    version, language = shown["shown"]["template_version"], shown["shown"]["language"]
    return {"digest": shown["digest"], "template_version": version, "language": language}


async def confirm(front: Front, id_: str, who: PersonKey = JAAN, **claims: Any) -> Answer:
    """Read the approval and confirm it, by a token with these claims."""
    body = await seen(front, id_, who)
    return await send(front, f"/v1/approvals/{id_}/confirm", person_token(who, **claims), body)


async def answer(
    front: Front, id_: str, how: str, who: PersonKey = JAAN, body: Any = None
) -> Answer:
    """Decline, take back or withdraw."""
    return await send(front, f"/v1/approvals/{id_}/{how}", person_token(who), body)


async def carried_out(front: Front, id_: str, *others: PersonKey) -> None:
    """Let the others confirm, and the register answer as it is stored."""
    for who in others or (JAAN,):
        answered = await confirm(front, id_, who)
        assert answered.status_code in {200, 202}, answered.text
    approvals.conclude(front.database, UUID(id_))


async def listed(
    front: Front, who: PersonKey, *, language: str = "en", **asked: str
) -> list[dict[str, Any]]:
    """The first page of what waits for a person's confirmation."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    path = f"/v1/me/confirmations?{query}"
    answered = await front.get(path, person_token(who), accept_language=language)
    assert answered.status_code == 200, answered.text
    items: list[dict[str, Any]] = answered.json()["items"]
    return items
