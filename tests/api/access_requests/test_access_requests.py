"""deleg.15: people ask for access over HTTP, and those who could give it answer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from domain.approvals.rules import ApprovalRules
from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders.access_requests import let_time_pass, swept, told
from tests.builders.approvals import OFF
from tests.builders.days import today
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.register_states import KUUSK, TAMM, company, sole, state, together
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.clients.api_client import (
    APPROVALS,
    PORTAL,
    SUPPORT,
    Answer,
    Front,
    open_front,
    person_token,
)

OFFICE, OWN, OTHER = account(KUUSK, name="Kuusk"), account(PEETER, 2), account(TAMM, 3)
PHONE = service(1, OFFICE)
NOBODY = company(99)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    put(front.database, OFFICE, OWN, OTHER)
    put_service(front.database, PHONE)
    store_states(front.database, state(sole(MARI)))
    store_states(front.database, together(TIIU, JAAN, of=TAMM))


def of(code: Any = KUUSK, **more: Any) -> dict[str, Any]:
    """An accountant's access to a company's accounts, or to that of a customer number."""
    asked: dict[str, Any] = {"customer_number": code}
    if not isinstance(code, str):
        asked = {"company": {"country": code.country, "code": code.code}}
    role = {} if "permissions" in more else {"role": "accountant"}
    return asked | role | more


async def post(front: Front, path: str, who: PersonKey, body: Any = None, key: str = "") -> Answer:
    return await front.post(path, person_token(who), body, idempotency_key=key or str(uuid4()))


async def ask(front: Front, who: PersonKey = ANNA, code: Any = KUUSK, **more: Any) -> str:
    answer = await post(front, "/v1/access-requests", who, of(code, **more))
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def answer_to(front: Front, id_: str, how: str, who: PersonKey, body: Any = None) -> Answer:
    return await post(front, f"/v1/access-requests/{id_}/{how}", who, body)


def on(account_: Any = OFFICE, **more: Any) -> dict[str, Any]:
    return {"account_id": str(account_.id)} | more


async def may_pay(front: Front, who: PersonKey) -> bool:
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:pay"}
    answer = await front.post("/v1/access/check", person_token(who), asked)
    return bool(answer.json()["allowed"])


async def test_deleg_15_asked_approved_and_used(front: Front) -> None:
    id_ = await ask(front, message="Teen Teie raamatupidamist")
    swept(front.database)
    listed = await front.get(f"/v1/accounts/{OFFICE.id}/access-requests", person_token(MARI))
    before = await may_pay(front, ANNA)
    approved = await answer_to(front, id_, "approve", MARI, on())
    mine = (await front.get(f"/v1/access-requests/{id_}", person_token(ANNA))).json()

    (item,) = listed.json()["items"]
    assert item["applicant"] == {"id": str(front.id_of(ANNA)), "name": None}
    assert (item["id"], item["message"]) == (id_, "Teen Teie raamatupidamist")
    assert ANNA.code not in listed.text
    assert not before
    assert (approved.status_code, approved.json()["state"]) == (201, "active")
    assert approved.headers["location"] == f"/v1/delegations/{approved.json()['id']}"
    assert (mine["state"], mine["delegation_id"]) == ("approved", approved.json()["id"])
    assert await may_pay(front, ANNA)
    assert told(front.database, "access_request_answered") == {ANNA.code: OFFICE.id}
    waiting = await front.get(f"/v1/accounts/{OFFICE.id}/access-requests", person_token(MARI))
    assert waiting.json() == {"items": [], "next": None}


def unnamed(answer: dict[str, Any], *own: str) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in own}


async def life(front: Front, who: PersonKey, code: Any) -> list[Any]:
    """What an applicant is answered in the life of a request that nobody answers."""
    asked = await post(front, "/v1/access-requests", who, of(code, message="Palun"))
    id_, token = asked.json()["id"], person_token(who)
    swept(front.database)
    seen = await front.get(f"/v1/access-requests/{id_}", token)
    let_time_pass(front.database, asked.json()["id"], 14)
    late = await front.get(f"/v1/access-requests/{id_}", token)
    swept(front.database)
    lapsed = await front.get(f"/v1/access-requests/{id_}", token)
    withdrawn = await answer_to(front, id_, "withdraw", who)
    approved = await answer_to(front, id_, "approve", who, on())
    inbox = (await front.get("/v1/me/notices", token)).json()["items"]
    history = (await front.get("/v1/me/history", token)).json()["items"]
    own = ("id", "company", "customer_number", "created_at", "lapses_at")
    return [
        *[(each.status_code, unnamed(each.json(), *own)) for each in (asked, seen, late, lapsed)],
        (withdrawn.status_code, withdrawn.json()["code"]),
        (approved.status_code, approved.json()["refusals"]),
        [unnamed(each, "id", "subject_id", "created_at") for each in inbox],
        [
            unnamed(each, "id", "at", "happened_at", "subject_id", "actor", "person_id", "after")
            | unnamed(each["after"], "happened_at")
            for each in history
        ],
    ]


async def test_deleg_15_whether_there_is_an_account_is_not_told(front: Front) -> None:
    customer = await life(front, ANNA, KUUSK)
    nobody = await life(front, KATI, NOBODY)

    assert customer == nobody
    assert customer[0][1]["state"] == "open"
    assert [each[1]["state"] for each in customer[2:4]] == ["lapsed", "lapsed"]


async def test_deleg_15_whether_there_is_a_customer_number_is_not_told(front: Front) -> None:
    business = await life(front, ANNA, OFFICE.reference)
    private = await life(front, KATI, OWN.reference)
    nobody = await life(front, TOOMAS, "K404")

    assert business == private == nobody


async def test_deleg_15_an_answer_has_the_same_length_for_every_customer_number(
    front: Front,
) -> None:
    lengths = set[int]()
    for number in ("K1", "K2", "K4"):
        asked = await post(front, "/v1/access-requests", ANNA, of(number))
        seen = await front.get(f"/v1/access-requests/{asked.json()['id']}", person_token(ANNA))
        lengths.add(len(asked.content) * 10_000 + len(seen.content))

    assert len(lengths) == 1


async def test_deleg_15_asking_executes_the_same_statements_for_everyone(front: Front) -> None:
    """So how long it takes tells nothing."""
    await ask(front)
    seen = list[str]()
    event.listen(front.database.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
    lists = []
    for code in (KUUSK, NOBODY):
        await ask(front, ANNA, code)
        lists.append(list(seen))
        seen.clear()

    assert lists[0] == lists[1]


async def test_deleg_15_a_declined_applicant_learns_that_and_no_more(front: Front) -> None:
    id_ = await ask(front)
    declined = [(await answer_to(front, id_, "decline", MARI)).status_code for _ in range(2)]
    token = person_token(ANNA)
    mine = await front.get(f"/v1/access-requests/{id_}", token)
    history = await front.get("/v1/me/history", token)
    inbox = await front.get("/v1/me/notices", token)

    assert declined == [204, 204]
    assert mine.json()["state"] == "declined"
    everything = mine.text + history.text + inbox.text
    assert not any(each in everything for each in (str(OFFICE.id), str(front.id_of(MARI)), "Kuusk"))
    assert [each["kind"] for each in inbox.json()["items"]] == ["access_request_answered"]
    (hidden,) = rows(front.database, "SELECT id FROM event WHERE kind = 'access_request:declined'")
    assert (await front.get(f"/v1/events/{hidden.id}", token)).status_code == 404


async def test_deleg_15_withdrawn_by_the_applicant_also_through_the_portal(front: Front) -> None:
    first, second = await ask(front), await ask(front)
    own = await answer_to(front, first, "withdraw", ANNA)
    portal = await front.post(
        f"/v1/access-requests/{second}/withdraw",
        PORTAL,
        on_behalf_of=str(front.id_of(ANNA)),
        idempotency_key="once",
    )
    late = await answer_to(front, first, "approve", MARI, on())

    assert own.json()["state"] == portal.json()["state"] == "withdrawn"
    assert (late.status_code, late.json()["code"]) == (409, "access_request_closed")


@pytest.mark.parametrize("who", [KATI, PEETER, TIIU], ids=["stranger", "other", "joint-of-other"])
async def test_deleg_15_nobody_else_finds_a_request(front: Front, who: PersonKey) -> None:
    id_ = await ask(front)
    answers = [
        await front.get(f"/v1/access-requests/{id_}", person_token(who)),
        await front.get(f"/v1/accounts/{OFFICE.id}/access-requests", person_token(who)),
        await answer_to(front, id_, "withdraw", who),
        await answer_to(front, id_, "approve", who, on()),
        await answer_to(front, id_, "approve", who, on(OWN)),
        await answer_to(front, id_, "decline", who),
    ]
    none = await answer_to(front, str(uuid4()), "approve", who, on())

    assert {each.status_code for each in answers} == {404}
    assert {each.json()["code"] for each in (*answers, none)} == {"not_found"}


async def test_deleg_15_who_could_give_is_not_the_applicant(front: Front) -> None:
    id_ = await ask(front)

    seen = await front.get(f"/v1/access-requests/{id_}", person_token(MARI))
    withdrawn = await answer_to(front, id_, "withdraw", MARI)

    assert (seen.status_code, withdrawn.status_code) == (404, 404)


async def test_deleg_15_an_approval_is_for_an_account_that_was_asked_for(front: Front) -> None:
    put(front.database, account(KUUSK, 9), account(NOBODY, 10))
    store_states(front.database, state(sole(MARI), of=NOBODY))
    id_ = await ask(front, code=OFFICE.reference)

    other = [
        await answer_to(front, id_, "approve", MARI, on(account(KUUSK, 9))),
        await answer_to(front, id_, "approve", MARI, on(account(NOBODY, 10))),
    ]

    assert [each.status_code for each in other] == [404, 404]


async def test_deleg_7_nobody_answers_a_request_of_their_own(front: Front) -> None:
    own, foreign = await ask(front, MARI), await ask(front, ANNA, NOBODY)

    answers = [
        await answer_to(front, own, "approve", MARI, on()),
        await answer_to(front, own, "decline", MARI),
        await answer_to(front, foreign, "approve", ANNA, on()),
    ]

    assert [each.json()["refusals"] for each in answers] == [["to_yourself"]] * 3


@pytest.mark.parametrize("approvals", [APPROVALS, OFF], ids=["together", "off"])
async def test_deleg_15_a_role_that_cannot_be_given_is_refused(
    database: Database, approvals: ApprovalRules
) -> None:
    async with open_front(database, approvals=approvals) as front:
        id_ = await ask(front, code=TAMM)
        refused = await answer_to(front, id_, "approve", TIIU, on(OTHER, role="king"))

    assert (refused.status_code, refused.json()["refusals"]) == (409, ["unknown_role"])


async def test_deleg_15_an_approval_is_within_what_was_asked_for(front: Front) -> None:
    id_ = await ask(front)

    wider = await answer_to(front, id_, "approve", MARI, on(permissions=["sim:view"]))
    part = {"permissions": ["invoice:view"], "service_ids": [str(PHONE.id)]}
    narrower = await answer_to(
        front, id_, "approve", MARI, on(**part, through_day=today().isoformat())
    )

    assert wider.json()["refusals"] == ["beyond_request"]
    terms = narrower.json()["terms"]
    assert {name: terms[name] for name in part} == part
    assert (terms["role"], terms["through_day"]) == ("composed", today().isoformat())


async def test_deleg_15_approving_again_with_the_same_key_gives_the_same(front: Front) -> None:
    id_ = await ask(front)

    path = f"/v1/access-requests/{id_}/approve"
    first = await post(front, path, MARI, on(), "k")
    again = await post(front, path, MARI, on(), "k")
    other = await answer_to(front, id_, "approve", MARI, on())

    assert first.json() == again.json()
    assert other.json()["code"] == "access_request_closed"


async def test_deleg_15_asking_again_with_the_same_key_is_one_request(front: Front) -> None:
    for _ in range(2):
        await post(front, "/v1/access-requests", ANNA, of("ERA-1", message="Palun"), "k")

    listed = await front.get("/v1/me/access-requests", person_token(ANNA))
    assert len(listed.json()["items"]) == 1
    assert listed.json()["items"][0]["customer_number"] == "ERA-1"
    (kept,) = rows(front.database, "SELECT body::text AS body FROM idempotency_key")
    assert "ERA-1" not in kept.body
    assert "Palun" not in kept.body


@pytest.mark.parametrize("code", [KUUSK, NOBODY, "K1", "K404"], ids=str)
async def test_deleg_15_too_many_open_requests_are_refused_alike(front: Front, code: Any) -> None:
    for _ in range(5):
        await ask(front, code=code)

    refused = await post(front, "/v1/access-requests", ANNA, of(code))

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open_requests")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"role": "user"}, id="of-nobody"),
        pytest.param(of(KUUSK, customer_number="K1"), id="of-two"),
        pytest.param(of(KUUSK, permissions=["usage:view"], role="user"), id="for-two"),
        pytest.param(of("K1") | {"role": None}, id="for-nothing"),
        pytest.param(of("K1", message="x" * 301), id="a-long-message"),
        pytest.param(of("K1", message="a\u202eb"), id="an-invisible-sign"),
        pytest.param(of("K1", company={"country": "EE", "code": "1"}), id="both"),
        pytest.param(of("K1") | {"service_ids": []}, id="services"),
    ],
)
async def test_deleg_15_a_request_that_says_nothing_clear_is_invalid(
    front: Front, body: dict[str, Any]
) -> None:
    assert (await post(front, "/v1/access-requests", ANNA, body)).status_code == 422


async def test_deleg_15_a_registry_code_that_cannot_be_is_pointed_at(front: Front) -> None:
    body = {"company": {"country": "EE", "code": "12345679"}, "role": "user"}

    answer = await post(front, "/v1/access-requests", ANNA, body)

    assert [each["pointer"] for each in answer.json()["errors"]] == ["/company/code"]


async def test_deleg_15_a_frozen_applicant_is_answered_like_any_other(front: Front) -> None:
    await ask(front, KATI)
    usual = (await front.get("/v1/me/access-requests", person_token(KATI))).json()["items"][0]
    freeze(front.database, ANNA)
    id_ = await ask(front, ANNA)
    frozen = (await front.get("/v1/me/access-requests", person_token(ANNA))).json()["items"][0]

    approved = await answer_to(front, id_, "approve", MARI, on())

    own = ("id", "created_at", "lapses_at")
    assert unnamed(frozen, *own) == unnamed(usual, *own)
    assert approved.status_code == 404


async def test_deleg_15_a_portal_declines_for_a_person_and_never_approves(front: Front) -> None:
    id_ = await ask(front)
    mari = front.id_of(MARI)
    path = f"/v1/access-requests/{id_}"

    refused = [
        await front.post(
            f"{path}/approve", PORTAL, on(), on_behalf_of=str(mari), idempotency_key="a"
        ),
        await front.post(
            "/v1/access-requests", PORTAL, of(), on_behalf_of=str(mari), idempotency_key="b"
        ),
        await front.get(path, SUPPORT),
    ]
    declined = await front.post(f"{path}/decline", PORTAL, on_behalf_of=str(mari))

    assert [each.status_code for each in refused] == [403, 403, 403]
    assert declined.status_code == 204
    (row,) = rows(front.database, "SELECT actor FROM event WHERE kind = 'access_request:declined'")
    assert (row.actor["kind"], row.actor["for"]) == ("portal", str(mari))


async def test_deleg_15_lists_are_paged(front: Front) -> None:
    ids = sorted([await ask(front), await ask(front, KATI), await ask(front, JAAN)])
    paths = (f"/v1/accounts/{OFFICE.id}/access-requests?limit=2", "/v1/me/access-requests?limit=2")

    first = (await front.get(paths[0], person_token(MARI))).json()
    rest = (await front.get(f"{paths[0]}&after={first['next']}", person_token(MARI))).json()
    foreign = await front.get(f"{paths[1]}&after={first['next']}", person_token(MARI))

    assert [each["id"] for each in (*first["items"], *rest["items"])] == ids
    assert rest["next"] is None
    assert foreign.json()["code"] == "cursor_invalid"
