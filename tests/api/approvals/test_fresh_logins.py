"""joint.4: proposing and confirming need the person's own strong, fresh login."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders.delegations import OFFICE
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import rows
from tests.clients.api_client import PORTAL, Answer, Front, person_token
from tests.clients.approving import DELEGATIONS, NOT_AGREED, proposed, seen, send
from tests.clients.delegating import accountant, code_of
from tests.clients.token_issuer import NOW

WEAK = "A stronger login is required"
UNKNOWN = "The token does not say when the person logged in"
OLD = "A more recent login is required"
FUTURE = "The login lies in the future"
STALE = [
    pytest.param({"acr": "substantial"}, WEAK, id="weak"),
    pytest.param({"auth_time": None}, UNKNOWN, id="no-auth-time"),
    pytest.param({"auth_time": None, "iat": NOW}, UNKNOWN, id="new-iat"),
    pytest.param({"auth_time": NOW - 400}, OLD, id="old"),
    pytest.param({"auth_time": NOW + 400}, FUTURE, id="future"),
]


def is_challenge(answer: Answer, why: str) -> bool:
    expected = (
        'Bearer error="insufficient_user_authentication",'
        f' error_description="{why}", acr_values="high", max_age=300'
    )
    return (
        answer.status_code,
        answer.json()["code"],
        answer.headers["www-authenticate"],
    ) == (401, "step_up_needed", expected)


def written(front: Front) -> list[int]:
    tables = ("approval", "approval_confirmation", "delegation", "notice", "event", "process")
    return [rows(front.database, f"SELECT count(*) AS n FROM {table}")[0].n for table in tables]


@pytest.mark.parametrize(("claims", "why"), STALE)
async def test_joint_4_proposing_needs_a_fresh_login(
    front: Front, claims: dict[str, Any], why: str
) -> None:
    front.id_of(TIIU)
    body, key, before = accountant(receiver=code_of(KATI)), str(uuid4()), written(front)

    refused = await send(front, DELEGATIONS, person_token(TIIU, **claims), body, key=key)
    nothing = written(front) == before
    done = await send(front, DELEGATIONS, person_token(TIIU), body, key=key)

    assert is_challenge(refused, why)
    assert nothing
    assert done.status_code == 201


@pytest.mark.parametrize(("claims", "why"), STALE)
async def test_joint_4_confirming_needs_a_fresh_login(
    front: Front, claims: dict[str, Any], why: str
) -> None:
    id_ = await proposed(front)
    path, body, key = f"/v1/approvals/{id_}/confirm", await seen(front, id_), str(uuid4())
    before = written(front)

    refused = await send(front, path, person_token(JAAN, **claims), body, key=key)
    nothing = written(front) == before
    done = await send(front, path, person_token(JAAN), body, key=key)

    assert is_challenge(refused, why)
    assert nothing
    assert (done.status_code, done.json()["state"]) == (202, "checking_register")


async def test_joint_4_the_challenge_tells_nobody_what_exists(front: Front) -> None:
    id_ = await proposed(front)
    stranger, body = person_token(KATI, auth_time=None), await seen(front, id_)

    there = await send(front, f"/v1/approvals/{id_}/confirm", stranger, body)
    nowhere = await send(front, f"/v1/approvals/{uuid4()}/confirm", stranger, body)

    assert is_challenge(there, UNKNOWN)
    assert is_challenge(nowhere, UNKNOWN)


async def test_joint_4_who_acts_alone_needs_no_fresh_login(front: Front) -> None:
    path, body = f"/v1/accounts/{OFFICE.id}/delegations", accountant(receiver=code_of(KATI))

    done = await send(front, path, person_token(MARI, auth_time=NOW - 4000), body)

    assert (done.status_code, done.json()["state"]) == (201, "awaiting_acceptance")


async def test_joint_4_what_takes_nothing_from_anybody_needs_none(front: Front) -> None:
    old = person_token(JAAN, auth_time=NOW - 4000, acr="substantial")
    first, second = await proposed(front), await proposed(front, receiver=PEETER)

    taken = await send(front, f"/v1/approvals/{first}/take-back", old)
    declined = await send(front, f"/v1/approvals/{second}/decline", old, NOT_AGREED)

    assert [taken.status_code, declined.status_code] == [200, 200]


async def test_joint_4_a_portal_neither_proposes_nor_confirms(front: Front) -> None:
    id_ = await proposed(front)
    jaan = {"on_behalf_of": str(front.id_of(JAAN))}
    confirm = f"/v1/approvals/{id_}/confirm"
    before = written(front)

    refused = [
        await send(front, confirm, PORTAL, await seen(front, id_), **jaan),
        await send(front, confirm, PORTAL, await seen(front, id_)),
        await send(front, DELEGATIONS, PORTAL, accountant(receiver=code_of(KATI)), **jaan),
    ]

    assert {(each.status_code, each.json()["code"]) for each in refused} == {
        (403, "insufficient_scope")
    }
    assert written(front) == before


async def test_joint_5_through_the_portal_people_decline_take_back_and_withdraw(
    front: Front,
) -> None:
    first, second = await proposed(front), await proposed(front, receiver=PEETER)
    jaan, tiiu = ({"on_behalf_of": str(front.id_of(who))} for who in (JAAN, TIIU))

    taken = await send(front, f"/v1/approvals/{first}/take-back", PORTAL, **tiiu)
    declined = await send(front, f"/v1/approvals/{first}/decline", PORTAL, NOT_AGREED, **jaan)
    withdrawn = await send(front, f"/v1/approvals/{second}/withdraw", PORTAL, **tiiu)
    seen_ = await front.get(f"/v1/approvals/{first}", PORTAL, **jaan)
    listed = await front.get("/v1/me/confirmations?state=all", PORTAL, **jaan)

    assert (taken.status_code, taken.json()["confirmed"]) == (200, [])
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert seen_.json()["declined"]["reason"] == "not_agreed"
    assert [each["id"] for each in listed.json()["items"]] == [second, first]
    actors = rows(front.database, "SELECT actor FROM event WHERE kind = 'approval:ended'")
    assert {(each.actor["kind"], each.actor["id"]) for each in actors} == {("portal", "portal")}
