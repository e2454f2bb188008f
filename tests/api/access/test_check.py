"""May this person do that: the answer, its reasons, and who may ask about whom."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.access.schemas import AccessDecision
from api.auth.principals import Scope
from domain.registry.register import CompanyStatus
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, NOON, joint, sole, state, together
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import (
    CHECKER,
    OPS,
    PORTAL,
    SUPPORT,
    Front,
    client_token,
    person_token,
)

COMPANY = account(KUUSK, 1)
PRIVATE = account(MARI, 2)
PATH = "/v1/access/check"
Body = dict[str, Any]


def asked(account_id: UUID = COMPANY.id, permission: str = "invoice:pay", **more: object) -> Body:
    return {"account_id": str(account_id), "permission": permission} | {
        name: str(value) for name, value in more.items()
    }


def codes(body: Body) -> list[str]:
    return [reason["code"] for reason in body["reasons"]]


def timeless(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "decided_at"}


async def test_a_sole_board_member_is_allowed_with_the_reason(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))

    answer = await front.post(PATH, person_token(MARI), asked())

    body = AccessDecision.model_validate(answer.json())
    assert body.allowed
    assert [reason.code for reason in body.reasons] == ["sole_representation"]
    assert len(body.grants) == 1
    assert body.valid_until is None
    assert body.as_of == NOON


async def test_a_person_may_do_everything_on_the_own_private_account(front: Front) -> None:
    put(front.database, PRIVATE)

    body = (await front.post(PATH, person_token(MARI), asked(PRIVATE.id))).json()

    assert (body["allowed"], codes(body), body["as_of"]) == (True, ["own_account"], None)


async def test_the_answer_has_every_field_that_is_documented_and_no_other(front: Front) -> None:
    put(front.database, PRIVATE)

    body = (await front.post(PATH, person_token(MARI), asked(PRIVATE.id))).json()

    assert set(body) == set(AccessDecision.model_fields)


async def test_a_stranger_learns_nothing_not_even_that_the_account_exists(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    stranger = person_token(TIIU)

    real = await front.post(PATH, stranger, asked())
    invented = await front.post(PATH, stranger, asked(uuid4()))

    assert timeless(real.json()) == timeless(invented.json())
    assert (real.json()["allowed"], codes(real.json())) == (False, ["no_access"])
    assert real.status_code == invented.status_code == 200


async def test_a_joint_representative_sees_but_may_not_act(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN))

    pay = (await front.post(PATH, person_token(MARI), asked())).json()
    see = (await front.post(PATH, person_token(MARI), asked(permission="access:view"))).json()

    assert (pay["allowed"], codes(pay)) == (False, ["permission_not_in_role"])
    assert (see["allowed"], codes(see)) == (True, ["joint_representation"])


async def test_the_very_next_check_after_the_register_changed_is_refused_and_says_why(
    front: Front,
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    assert (await front.post(PATH, person_token(MARI), asked())).json()["allowed"]

    store_states(front.database, state(minute=1))
    body = (await front.post(PATH, person_token(MARI), asked())).json()

    assert (body["allowed"], codes(body)) == (False, ["no_access", "not_in_register"])


async def test_a_past_moment_is_answered_as_it_was(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    then = datetime.now(UTC)
    store_states(front.database, state(sole(MARI), status=CompanyStatus.BANKRUPT, minute=1))

    body = (await front.post(PATH, person_token(MARI), asked(at=then))).json()
    before = (await front.post(PATH, person_token(MARI), asked(at=NOON))).json()

    assert (body["allowed"], codes(body)) == (True, ["sole_representation"])
    assert datetime.fromisoformat(body["as_of"]) == NOON
    assert (before["allowed"], codes(before)) == (False, ["no_access"])


async def test_a_later_confirmation_makes_a_past_answer_no_fresher(
    front: Front,
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    then = datetime.now(UTC)
    later = state(sole(MARI), minute=int((then - NOON) / timedelta(minutes=1)) + 5)
    store_states(front.database, later)

    body = (await front.post(PATH, person_token(MARI), asked(at=then))).json()

    assert datetime.fromisoformat(body["as_of"]) == then


async def test_a_future_moment_is_refused(front: Front) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)

    answer = await front.post(PATH, person_token(MARI), asked(at=soon))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/at")


async def test_a_user_of_one_service_may_see_that_one_only(front: Front) -> None:
    own, other = service(1, COMPANY), service(2, COMPANY)
    put(front.database, COMPANY)
    put_service(front.database, own, other)
    give(front.database, TIIU, COMPANY, "user", on=own)

    async def usage(**of: UUID) -> Body:
        question = asked(COMPANY.id, "usage:view", **dict[str, object](of))
        body: Body = (await front.post(PATH, person_token(TIIU), question)).json()
        return body

    assert (await usage(service_id=own.id))["allowed"]
    assert codes(await usage(service_id=other.id)) == ["other_service"]
    assert codes(await usage()) == ["other_service"]


@pytest.mark.parametrize("token", [CHECKER, SUPPORT, OPS], ids=["program", "support", "ops"])
async def test_a_caller_who_may_check_anyone_names_the_person(front: Front, token: str) -> None:
    put(front.database, PRIVATE)

    named = await front.post(PATH, token, asked(PRIVATE.id, person_id=front.id_of(MARI)))
    unnamed = await front.post(PATH, token, asked(PRIVATE.id))

    assert named.json()["allowed"]
    assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/person_id")


async def test_a_person_may_name_themselves_and_nobody_else(front: Front) -> None:
    put(front.database, PRIVATE)
    mari, jaan = front.id_of(MARI), front.id_of(JAAN)

    own = await front.post(PATH, person_token(MARI), asked(PRIVATE.id, person_id=mari))
    others = [
        await front.post(PATH, person_token(MARI), asked(PRIVATE.id, person_id=who))
        for who in (jaan, uuid4())
    ]

    assert own.json()["allowed"]
    assert [answer.status_code for answer in others] == [403, 403]
    known, unknown = (dict(answer.json(), instance="") for answer in others)
    assert known == unknown


async def test_the_portal_checks_the_person_it_names(front: Front) -> None:
    put(front.database, PRIVATE)
    mari, jaan = str(front.id_of(MARI)), str(front.id_of(JAAN))

    own = await front.post(PATH, PORTAL, asked(PRIVATE.id), on_behalf_of=mari)
    other = await front.post(PATH, PORTAL, asked(PRIVATE.id), on_behalf_of=jaan)
    mixed = await front.post(PATH, PORTAL, asked(PRIVATE.id, person_id=jaan), on_behalf_of=mari)

    assert (own.json()["allowed"], other.json()["allowed"]) == (True, False)
    assert mixed.status_code == 403


async def test_a_portal_that_may_check_anyone_need_not_name_a_person_twice(front: Front) -> None:
    put(front.database, PRIVATE)
    portal = client_token("portal", Scope.ACT_FOR_PERSON, Scope.CHECK)

    answer = await front.post(PATH, portal, asked(PRIVATE.id, person_id=front.id_of(MARI)))

    assert answer.json()["allowed"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"permission": "everything:do"}, "/permission", id="unknown-permission"),
        pytest.param({"account_id": "60001019906"}, "/account_id", id="not-an-id"),
        pytest.param({"at": "yesterday"}, "/at", id="not-a-time"),
        pytest.param({"at": "2026-01-01T00:00:00"}, "/at", id="time-without-zone"),
        pytest.param({"60001019906": "x"}, "", id="unknown-field"),
    ],
)
async def test_an_invalid_request_is_pointed_at_but_not_repeated(
    front: Front, change: Body, pointer: str
) -> None:
    answer = await front.post(PATH, person_token(MARI), asked() | change)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not any(
        str(value) in answer.text
        for value in [*change, *change.values()]
        if value in ("60001019906", "everything:do", "yesterday")
    )


async def test_access_to_one_companys_account_gives_none_to_anothers(front: Front) -> None:
    other = account(JAAN, 3)
    put(front.database, COMPANY, other)
    store_states(front.database, state(sole(MARI), joint(TIIU)))

    body = (await front.post(PATH, person_token(MARI), asked(other.id))).json()

    assert codes(body) == ["no_access"]
