"""joint.8, joint.9: officers record and confirm paper mandates over HTTP; who sees what of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from api.auth.principals import StaffRole
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    PHONE,
    set_up_customers,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import rows
from tests.clients.api_client import (
    ANN,
    OFFICER,
    OPS,
    SUPPORT,
    Answer,
    Front,
    known_as,
    person_token,
    staff_token,
)

MANDATES = "/v1/ops/mandates"
BEN = staff_token(StaffRole.MANDATE_OFFICER, subject="ben")
EVE = staff_token(StaffRole.OPS, StaffRole.SUPPORT, subject="eve")
LOOKED_UP = "SELECT after FROM event WHERE kind = 'person:looked_up' ORDER BY id"
WHY = {"reason": "compared with the original"}
PAPER = {
    "kind": "power_of_attorney",
    "description": "Volikiri: arved kuni aasta lõpuni",
    "reference": "toimik 7/2026",
    "issued_on": "2026-11-01",
}


def wanted(**more: Any) -> dict[str, Any]:
    return {
        "account_id": str(OFFICE.id),
        "person": {"country": "EE", "code": ANNA.code},
        "role": "accountant",
        "from_day": today().isoformat(),
        "through_day": today().isoformat(),
        "document": PAPER,
    } | more


async def record(front: Front, token: str = OFFICER, key: str = "", **more: Any) -> Answer:
    return await front.post(MANDATES, token, wanted(**more), idempotency_key=key or str(uuid4()))


async def act(front: Front, id_: str, verb: str, token: str, key: str = "") -> Answer:
    path = f"{MANDATES}/{id_}/{verb}"
    return await front.post(path, token, WHY, idempotency_key=key or str(uuid4()))


async def given(front: Front, **more: Any) -> str:
    id_: str = (await record(front, **more)).json()["id"]
    assert (await act(front, id_, "confirm", BEN)).status_code == 200
    return id_


@pytest.fixture
def customers(front: Front) -> Front:
    """Mari represents Kuusk alone; Tiiu and Jaan represent Tamm together; Peeter has his own."""
    set_up_customers(front.database)
    return front


async def can_see_invoices(front: Front) -> bool:
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:view"}
    answer = await front.post("/v1/access/check", person_token(ANNA), asked)
    allowed: bool = answer.json()["allowed"]
    return allowed


async def test_joint_8_two_officers_give_access_on_paper_and_one_ends_it(customers: Front) -> None:
    recorded = await record(customers)
    id_ = recorded.json()["id"]
    own = await act(customers, id_, "confirm", OFFICER)
    before = await can_see_invoices(customers)
    confirmed = await act(customers, id_, "confirm", BEN)
    after = await can_see_invoices(customers)
    shown = (await customers.get(f"{MANDATES}/{id_}", OFFICER)).json()
    ended = await act(customers, id_, "end", OFFICER)

    assert (recorded.status_code, recorded.headers["location"]) == (201, f"{MANDATES}/{id_}")
    assert (own.status_code, own.json()["code"]) == (409, "second_person_needed")
    assert (confirmed.status_code, ended.status_code) == (200, 200)
    assert (before, after, await can_see_invoices(customers)) == (False, True, False)
    assert (shown["state"], ended.json()["state"]) == ("active", "ended")
    assert (shown["recorded_by"]["id"], shown["answered_by"]["id"]) == (ANN, known_as("ben"))
    assert shown["document"] == PAPER | {"id": shown["document"]["id"]}
    assert shown["person"] | {"id": None, "name": None} == {
        "id": None,
        "name": None,
        "country": "EE",
        "code": ANNA.code,
    }
    assert shown["terms"]["permissions"] == sorted(shown["terms"]["permissions"])
    assert ended.json()["ended_reason"]["code"] == "mandate_ended"


async def test_page_13_each_officer_is_told_what_they_may_do_and_who_counts_is_looked_up(
    customers: Front,
) -> None:
    id_ = (await record(customers)).json()["id"]
    before = [
        (await customers.get(f"{MANDATES}/{id_}", token)).json()["may"] for token in (OFFICER, BEN)
    ]
    of_nobody = rows(customers.database, LOOKED_UP)
    await act(customers, id_, "confirm", BEN)
    shown = (await customers.get(f"{MANDATES}/{id_}", SUPPORT)).json()
    listed = (await customers.get(MANDATES, OFFICER)).json()["items"]

    assert before == [["withdraw"], ["confirm", "reject"]]
    assert (shown["may"], shown["account_reference"]) == (["end"], OFFICE.reference)
    assert listed[0]["account_name"] == OFFICE.name
    assert of_nobody == [], "no event names who waits"
    assert [row.after["by"] for row in rows(customers.database, LOOKED_UP)] == ["mandate"] * 2


async def test_page_13_officers_choose_services_that_a_paper_names(customers: Front) -> None:
    path = f"{MANDATES}/accounts/{OFFICE.id}/services"
    listed = (await customers.get(path, OFFICER)).json()["items"]
    refused = [(await customers.get(path, token)).status_code for token in (SUPPORT, EVE)]
    made = await record(customers, service_ids=[str(PHONE.id)])
    shown = (await customers.get(f"{MANDATES}/{made.json()['id']}", BEN)).json()["terms"]

    assert str(PHONE.id) in {each["id"] for each in listed}
    assert set(listed[0]) == {"id", "kind", "number", "name"}, "labels, and nothing else"
    assert refused == [403, 403]
    assert [each["id"] for each in shown["service_labels"]] == [str(PHONE.id)]
    assert made.json()["terms"]["service_labels"] == [], "an answer that is kept has no number"


async def test_joint_9_support_and_operations_read_mandates_and_no_personal_code(
    customers: Front,
) -> None:
    id_ = (await record(customers)).json()["id"]

    for token in (SUPPORT, OPS):
        shown = (await customers.get(f"{MANDATES}/{id_}", token)).json()
        listed = (await customers.get(MANDATES, token)).json()["items"]
        assert (shown["person"]["country"], shown["person"]["code"]) == (None, None)
        assert listed == [shown]
        assert shown["document"]["description"] == PAPER["description"]


async def test_joint_9_a_repeated_request_is_one_mandate_and_its_answer_keeps_no_name(
    customers: Front,
) -> None:
    first, again = await record(customers, key="one"), await record(customers, key="one")
    id_ = first.json()["id"]
    confirmed = [await act(customers, id_, "confirm", BEN, key) for key in ("a", "a", "b")]

    assert first.json() == again.json()
    assert [answer.json() for answer in confirmed] == [confirmed[0].json()] * 3
    assert len(rows(customers.database, "SELECT FROM mandate")) == 1
    kept = str([tuple(row) for row in rows(customers.database, "SELECT * FROM idempotency_key")])
    for secret in (ANNA.code, PAPER["description"], PAPER["reference"], WHY["reason"]):
        assert str(secret) not in kept


@pytest.mark.parametrize(
    ("more", "status", "code", "detail"),
    [
        ({"permissions": ["invoice:view"]}, 422, "invalid", ""),
        ({"role": "joint_representative"}, 409, "delegation_refused", "unknown_role"),
        (
            {"role": None, "permissions": ["access:manage"]},
            *(409, "delegation_refused", "manage_needs_pass_on"),
        ),
        ({"may_pass_on": True}, 422, "invalid", ""),
        ({"through_day": None}, 422, "invalid", ""),
        ({"through_day": "2020-01-01"}, 409, "delegation_refused", "through_before_from"),
        ({"service_ids": [str(uuid4())]}, 409, "delegation_refused", "service_of_another_account"),
        ({"person": {"country": "EE", "code": "1"}}, 422, "invalid", ""),
        (
            {"person": {"country": "EE", "code": KUUSK.code}},
            *(409, "delegation_refused", "receiver_is_company"),
        ),
        ({"account_id": str(uuid4())}, 404, "not_found", ""),
        ({"document": None}, 422, "invalid", ""),
        ({"document": PAPER | {"description": ""}}, 422, "invalid", ""),
        ({"document": PAPER | {"reference": "x" * 101}}, 422, "invalid", ""),
        ({"document": PAPER | {"description": "a\u0000bc"}}, 422, "invalid", ""),
        ({"document": PAPER | {"kind": "rumour"}}, 422, "invalid", ""),
    ],
)
async def test_joint_8_what_no_paper_gives(
    customers: Front, more: dict[str, Any], status: int, code: str, detail: str
) -> None:
    answer = await record(customers, **more)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert detail in str(answer.json().get("refusals", ""))
    assert ANNA.code not in answer.text
    assert rows(customers.database, "SELECT FROM mandate") == []


async def test_joint_8_only_officers_act_whatever_other_role_somebody_has(
    customers: Front,
) -> None:
    id_ = (await record(customers)).json()["id"]
    hostile = [EVE, OPS, SUPPORT, person_token(ANNA), person_token(MARI)]

    answers = [
        await act(customers, id_, verb, token)
        for token in hostile
        for verb in ("confirm", "reject", "withdraw", "end")
    ]
    answers += [await record(customers, token) for token in hostile]

    assert {answer.status_code for answer in answers} == {403}
    shown = (await customers.get(f"{MANDATES}/{id_}", OFFICER)).json()
    assert shown["state"] == "proposed"


@pytest.mark.parametrize("verb", ["confirm", "reject", "withdraw", "end"])
async def test_joint_8_an_unknown_mandate_is_not_found(customers: Front, verb: str) -> None:
    answer = await act(customers, str(uuid4()), verb, OFFICER)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await customers.get(f"{MANDATES}/{uuid4()}", OFFICER)).status_code == 404


async def test_joint_8_whoever_rejects_or_withdraws_forgets_whom_it_was_for(
    customers: Front,
) -> None:
    one, two = [(await record(customers)).json()["id"] for _ in range(2)]

    wrong = [
        await act(customers, one, "reject", OFFICER),
        await act(customers, two, "withdraw", BEN),
    ]
    done = [
        await act(customers, one, "reject", BEN),
        await act(customers, two, "withdraw", OFFICER),
    ]
    late = [await act(customers, each, "confirm", BEN) for each in (one, two)]

    assert [each.json()["code"] for each in wrong] == ["second_person_needed", "mandate_of_another"]
    assert [each.json()["state"] for each in done] == ["rejected", "withdrawn"]
    assert [each.json()["code"] for each in late] == ["mandate_answered"] * 2
    shown = (await customers.get(f"{MANDATES}/{one}", OFFICER)).json()
    assert set(shown["person"].values()) == {None}
    assert (shown["document"]["description"], shown["document"]["reference"]) == (None, None)


async def test_joint_9_mandates_are_paged_newest_first_and_filtered(customers: Front) -> None:
    ids = [(await record(customers)).json()["id"] for _ in range(3)]
    await act(customers, ids[1], "confirm", BEN)

    pages, query = [], "?limit=2"
    while query:
        page = (await customers.get(f"{MANDATES}{query}", OFFICER)).json()
        pages.append([each["id"] for each in page["items"]])
        query = page["next"] and f"?limit=2&after={page['next']}"

    async def listed(query: str) -> list[str]:
        found = (await customers.get(f"{MANDATES}?{query}", OFFICER)).json()["items"]
        return [each["id"] for each in found]

    assert pages == [[ids[2], ids[1]], [ids[0]]]
    assert await listed("state=active") == [ids[1]]
    assert await listed("state=proposed") == [ids[2], ids[0]]
    assert await listed(f"account_id={OFFICE.id}") == ids[::-1]
    assert await listed(f"account_id={UUID(int=2)}") == []
    wrong = await customers.get(f"{MANDATES}?state=secret", OFFICER)
    foreign = await customers.get(f"{MANDATES}?after=x", OFFICER)
    assert (wrong.status_code, foreign.status_code) == (422, 400)


async def test_joint_8_representatives_see_who_has_access_on_paper_and_why(
    customers: Front,
) -> None:
    mandate = await given(customers)
    mari, account = person_token(MARI), f"/v1/accounts/{OFFICE.id}"

    people = (await customers.get(f"{account}/people", mari)).json()["items"]
    reviewed = (await customers.get(f"{account}/review", mari)).json()["items"]
    history = (await customers.get(f"{account}/history", mari)).json()["items"]
    mine = (await customers.get("/v1/me/accounts", person_token(ANNA))).json()["items"]

    (grant,) = [each for who in people for each in who["grants"] if each["origin"] == "operator"]
    assert (grant["reason"]["code"], grant["reason"]["facts"]["mandate"]) == (
        "paper_mandate",
        mandate,
    )
    (shown,) = [each for each in reviewed if each["given_by"]["kind"] == "operator"]
    assert shown["may"] == ["confirm", "shorten", "end"]
    assert mine[0]["grants"][0]["reason"]["code"] == "paper_mandate"
    kinds = [each["kind"] for each in history]
    assert {"mandate:recorded", "mandate:confirmed", "grant:started"} <= set(kinds)
    (recorded,) = [each for each in history if each["kind"] == "mandate:recorded"]
    (confirmed,) = [each for each in history if each["kind"] == "mandate:confirmed"]
    assert (recorded["person_id"], recorded["actor"]["id"]) == (None, "operator")
    assert (confirmed["note"], confirmed["person_id"]) == (None, str(customers.id_of(ANNA)))
    for answer in (people, reviewed, history):
        assert PAPER["reference"] not in str(answer)


async def test_joint_8_a_representative_takes_access_on_paper_away_in_a_review(
    customers: Front,
) -> None:
    mandate = await given(customers)
    mari, path = person_token(MARI), f"/v1/accounts/{OFFICE.id}/review"
    reviewed = (await customers.get(path, mari)).json()["items"]
    (shown,) = [each for each in reviewed if each["given_by"]["kind"] == "operator"]

    decided = {"decisions": [{"grant_id": shown["grant"]["id"], "decision": "end"}]}
    answer = await customers.post(f"{path}/decisions", mari, decided, idempotency_key=str(uuid4()))

    assert answer.status_code == 200
    assert not await can_see_invoices(customers)
    ended = (await customers.get(f"{MANDATES}/{mandate}", OFFICER)).json()
    assert (ended["state"], ended["ended_reason"]["code"]) == ("ended", "ended_in_review")


async def test_joint_8_explain_says_on_which_paper_access_rests(customers: Front) -> None:
    mandate = await given(customers)
    document = (await customers.get(f"{MANDATES}/{mandate}", OFFICER)).json()["document"]["id"]
    asked = {
        "person_id": str(customers.id_of(ANNA)),
        "account_id": str(OFFICE.id),
        "permission": "invoice:view",
    }

    explained = (await customers.post("/v1/access/explain", SUPPORT, asked)).json()

    (grant,) = explained["path"]
    assert (grant["proof"], grant["grant"]["reason"]["facts"]["document"]) == (mandate, document)
    assert explained["allowed"]


async def test_joint_8_the_person_and_the_representatives_read_a_notice(customers: Front) -> None:
    mandate = await given(customers, service_ids=[str(PHONE.id)])

    for who, language, title in (
        (MARI, "et", "Volikiri annab ligipääsu"),
        (ANNA, "ru", "Доступ дан по доверенности"),
        (ANNA, "en", "A mandate on paper gives access"),
    ):
        headers = {"Accept-Language": language}
        found = await customers.ask("GET", "/v1/me/notices", person_token(who), headers=headers)
        (notice,) = found.json()["items"]
        assert (notice["kind"], notice["title"]) == ("mandate_recorded", title)
        assert notice["subject_id"] == mandate
    for stranger in (KATI, TIIU, JAAN):
        found = await customers.get("/v1/me/notices", person_token(stranger))
        assert found.json()["items"] == []


async def test_joint_8_refusals_are_said_in_the_callers_language(customers: Front) -> None:
    id_ = (await record(customers)).json()["id"]
    await act(customers, id_, "reject", BEN)
    headers = {"Accept-Language": "et", "Idempotency-Key": str(uuid4())}

    answer = await customers.ask("POST", f"{MANDATES}/{id_}/confirm", BEN, WHY, headers)

    assert answer.json()["title"] == "Volikirja kohta on juba otsustatud"
    assert answer.json()["detail"].startswith("See on varem kinnitatud")
