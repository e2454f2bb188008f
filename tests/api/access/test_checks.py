"""api.1: many questions about access at once, answered as one by one, in one read."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from api.access.schemas import AccessDecisions
from api.parts import Parts
from tests.builders.delegations import OFFICE, OTHER, OWN, given, set_up_customers
from tests.builders.freezes import freeze
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import account, give, put, put_service, rows, service
from tests.clients.api_client import CHECKER, PORTAL, SUPPORT, Front, person_token

ONE = "/v1/access/check"
MANY = "/v1/access/checks"
FROZEN = account(TIIU, 77)
PHONE = service(7, OFFICE)
PERMISSIONS = ("invoice:pay", "usage:view", "access:view", "access:manage")
Body = dict[str, Any]


def asked(account_id: UUID = OFFICE.id, permission: str = "invoice:pay", **more: object) -> Body:
    named = {name: str(value) for name, value in more.items()}
    return {"account_id": str(account_id), "permission": permission} | named


async def many(front: Front, token: str, *questions: Body, **headers: str) -> list[Body]:
    answer = await front.post(MANY, token, {"questions": list(questions)}, **headers)
    assert answer.status_code == 200, answer.text
    AccessDecisions.model_validate(answer.json())
    items: list[Body] = answer.json()["items"]
    return items


def timeless(body: Body) -> Body:
    return {name: value for name, value in body.items() if name != "decided_at"}


async def one_by_one(front: Front, token: str, *questions: Body, **headers: str) -> list[Body]:
    return [timeless((await front.post(ONE, token, each, **headers)).json()) for each in questions]


def world(front: Front) -> list[Body]:
    """Every kind of answer: yes, delegated, of a service, frozen, ended, unknown, of the past."""
    database = front.database
    set_up_customers(database)
    before = database.clock()
    put(database, FROZEN)
    put_service(database, PHONE)
    give(database, TIIU, OFFICE, "user", on=PHONE)
    given(database, MARI, JAAN, OFFICE)
    freeze(database, FROZEN)
    who = [front.id_of(each) for each in (MARI, JAAN, KATI, PEETER, TIIU)]
    accounts = (OFFICE.id, OTHER.id, OWN.id, FROZEN.id, uuid4())
    questions = [
        asked(on, permission, person_id=person)
        for person in (*who, uuid4())
        for on in accounts
        for permission in PERMISSIONS[:3]
    ]
    tiiu = who[-1]
    extra = [
        asked(OFFICE.id, "usage:view", person_id=tiiu, service_id=PHONE.id),
        asked(OFFICE.id, "usage:view", person_id=tiiu, service_id=uuid4()),
        asked(OFFICE.id, person_id=who[1], at=before.isoformat()),
        asked(OFFICE.id, person_id=who[0], at=before.isoformat()),
    ]
    return questions + extra


@pytest.mark.parametrize("token", [CHECKER, SUPPORT], ids=["program", "staff"])
async def test_api_1_each_answer_is_that_of_the_single_check(front: Front, token: str) -> None:
    questions = world(front)

    alone = await one_by_one(front, token, *questions)
    together = await many(front, token, *questions)

    assert [timeless(each) for each in together] == alone
    assert {each["allowed"] for each in alone} == {True, False}
    said = {reason["code"] for each in alone for reason in each["reasons"]}
    assert said >= {"sole_representation", "delegated", "no_access", "access_frozen"}
    assert any(each["chains"] for each in alone)


async def test_api_1_a_person_asks_about_themselves_in_their_language(front: Front) -> None:
    world(front)
    own = [asked(on.id, each) for on in (OFFICE, OTHER, OWN) for each in PERMISSIONS]
    headers = {"accept_language": "et"}

    alone = await one_by_one(front, person_token(JAAN), *own, **headers)
    together = await many(front, person_token(JAAN), *own, **headers)
    stranger = await many(front, person_token(PEETER), asked(OFFICE.id), asked(uuid4()))

    assert [timeless(each) for each in together] == alone
    assert timeless(stranger[0]) == timeless(stranger[1])


async def test_api_1_all_are_read_at_once_however_many_they_are(front: Front) -> None:
    questions = world(front)
    answers = await many(front, CHECKER, *questions)
    pairs = list(zip(questions, answers, strict=True))
    plain = [q for q, a in pairs if a["allowed"] and not a["chains"]]
    refused = [q for q, a in pairs if not a["allowed"]]
    seen: list[str] = []
    event.listen(front.database.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))

    async def statements(*together: Body) -> int:
        seen.clear()
        await many(front, CHECKER, *together)
        return len(seen)

    assert await statements(*plain) == 1
    assert await statements(*refused) == await statements(*refused[:20]) == 4


async def test_api_1_all_answers_are_of_one_moment(front: Front) -> None:
    answers = await many(front, CHECKER, *world(front))

    assert len({each["decided_at"] for each in answers}) == 1


async def test_api_1_who_may_not_ask_one_question_is_answered_none(front: Front) -> None:
    set_up_customers(front.database)
    mari, jaan = front.id_of(MARI), front.id_of(JAAN)
    questions = [asked(), asked(person_id=mari), asked(person_id=jaan)]

    own = await front.post(MANY, person_token(MARI), {"questions": questions[:2]})
    other = await front.post(MANY, person_token(MARI), {"questions": questions})
    portal = await front.post(MANY, PORTAL, {"questions": questions}, on_behalf_of=str(mari))
    unnamed = await front.post(MANY, CHECKER, {"questions": questions[::-1]})

    assert [each["allowed"] for each in own.json()["items"]] == [True, True]
    assert [each.status_code for each in (other, portal)] == [403, 403]
    assert [each["pointer"] for each in unnamed.json()["errors"]] == ["/questions/2/person_id"]


@pytest.mark.parametrize(
    ("questions", "pointer"),
    [
        pytest.param([], "/questions", id="none"),
        pytest.param([asked()] * 101, "/questions", id="too-many"),
        pytest.param(
            [asked(), asked(permission="every:thing")], "/questions/1/permission", id="unknown"
        ),
        pytest.param([asked(), asked(code="x")], "/questions/1/code", id="unknown-field"),
    ],
)
async def test_api_1_what_cannot_be_read_is_pointed_at(
    front: Front, questions: list[Body], pointer: str
) -> None:
    answer = await front.post(MANY, person_token(MARI), {"questions": questions})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_api_1_a_hundred_of_the_longest_questions_fit_into_a_body(front: Front) -> None:
    longest = asked(
        uuid4(),
        "contract:end",
        service_id=uuid4(),
        person_id=front.id_of(MARI),
        at="2026-01-01T00:00:00.000000+00:00",
    )

    assert len(await many(front, CHECKER, *[longest] * 100)) == 100


async def test_api_1_staff_look_each_person_up_once(front: Front) -> None:
    set_up_customers(front.database)
    mari, jaan = front.id_of(MARI), front.id_of(JAAN)

    who = [mari, jaan, mari, uuid4()]
    await many(front, SUPPORT, *[asked(person_id=each) for each in who])
    await many(front, CHECKER, *[asked(person_id=each) for each in who])

    seen = rows(
        front.database, "SELECT person_id, after FROM event WHERE kind = 'person:looked_up'"
    )
    assert sorted((row.person_id, row.after["by"]) for row in seen) == sorted(
        [(mari, "check"), (jaan, "check")]
    )


async def test_api_1_what_is_allowed_now_is_a_use_and_each_decision_is_counted(
    front: Front,
) -> None:
    set_up_customers(front.database)
    mari, jaan, then = front.id_of(MARI), front.id_of(JAAN), front.database.clock()
    parts: Parts = front.app.state.parts

    await many(
        front,
        CHECKER,
        asked(person_id=mari),
        asked(person_id=jaan),
        asked(OTHER.id, person_id=mari, at=then.isoformat()),
    )
    await many(front, SUPPORT, asked(OTHER.id, person_id=mari))
    parts.uses.flush(front.database)

    used = rows(front.database, "SELECT person_id, account_id FROM access_use")
    assert [(row.person_id, row.account_id) for row in used] == [(mari, OFFICE.id)]
    (metric,) = list(parts.meters.decisions.collect())
    counted = [s.value for s in metric.samples if s.name.endswith("_total")]
    assert sum(counted) == 4
