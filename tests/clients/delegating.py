"""People who give, accept and use delegations over HTTP."""

from typing import Any
from uuid import uuid4

from domain.identifiers import PersonKey
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
)
from tests.clients.api_client import Answer, Front, person_token


def code_of(who: PersonKey) -> dict[str, str]:
    """A person in the body of a request."""
    return {"country": who.country, "code": who.code}


async def post(front: Front, path: str, who: PersonKey, body: Any = None) -> Answer:
    """A person's own request, once."""
    return await front.post(path, person_token(who), body, idempotency_key=str(uuid4()))


def accountant(**more: Any) -> dict[str, Any]:
    """Terms of an accountant from today on, for a year."""
    return {"role": "accountant", "from_day": today().isoformat()} | more


async def given(front: Front, giver: PersonKey, receiver: PersonKey) -> str:
    """An accountant of the office from today on, for a year: offered and accepted."""
    terms = accountant(receiver=code_of(receiver))
    offered = await post(front, f"/v1/accounts/{OFFICE.id}/delegations", giver, terms)
    id_: str = offered.json()["id"]
    accepted = await post(front, f"/v1/delegations/{id_}/accept", receiver, {"version": 1})
    assert accepted.status_code == 200
    return id_


async def allowed(front: Front, who: PersonKey, permission: str = "invoice:pay") -> bool:
    """Whether a person may do this on the office's account."""
    asked = {"account_id": str(OFFICE.id), "permission": permission}
    answer = await front.post("/v1/access/check", person_token(who), asked)
    yes: bool = answer.json()["allowed"]
    return yes
