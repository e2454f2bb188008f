"""Support's question: the whole path of a yes, and for a no what would make it one."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.identifiers import PersonKey
from domain.registry.register import CompanyStatus, RegisterState
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, joint, sole, state, strange, together
from tests.builders.rows import account, give, put, put_service, service, store_states
from tests.clients.api_client import SUPPORT, Front

COMPANY = account(KUUSK, 1)
PRIVATE = account(JAAN, 2)
Body = dict[str, Any]


async def explained(
    front: Front, person: PersonKey = MARI, permission: str = "invoice:pay", **more: object
) -> Body:
    question = {
        "account_id": str(COMPANY.id),
        "person_id": str(front.id_of(person)),
        "permission": permission,
    }
    question |= {name: str(value) for name, value in more.items()}
    answer = await front.post("/v1/access/explain", SUPPORT, question)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


def missing(body: Body) -> list[str]:
    return [each["reason"]["code"] for each in body["missing"]]


async def test_a_yes_is_followed_from_grant_to_register(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))

    body = await explained(front)

    (step,) = body["path"]
    word = body["register_statement"]
    assert (body["allowed"], body["missing"]) == (True, [])
    assert body["person"] == {"id": str(front.id_of(MARI)), "name": "Nimi"}
    assert (body["account"]["reference"], body["account"]["kind"]) == ("K1", "business")
    assert (step["allows"], step["grant"]["origin"]) == (True, "register")
    assert [event["kind"] for event in step["events"]] == ["grant:started"]
    assert step["proof"] == word["id"]
    assert (word["status"], word["legal_form"], word["roles"]) == ("active", "OÜ", ["JUHL"])
    assert (word["authority"], word["reason"]["code"]) == ("sole", "sole_representation")


async def test_bill_5_what_is_in_no_role_is_given_by_name(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))

    body = await explained(front, permission="call_details:full")

    assert (body["allowed"], missing(body)) == (False, ["permission_not_in_role"])
    assert body["missing"][0]["remedy"]["code"] == "given_by_name"


async def test_a_joint_right_names_those_to_act_with(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN, TIIU))

    body = await explained(front)

    others = body["register_statement"]["together_with"]
    assert missing(body) == ["permission_not_in_role", "joint_representation"]
    assert body["missing"][0]["reason"]["facts"]["roles_with_permission"] == [
        "accountant",
        "administrator",
    ]
    assert body["missing"][1]["remedy"]["code"] == "act_together"
    assert {each["id"] for each in others} == {str(front.id_of(JAAN)), str(front.id_of(TIIU))}
    assert {each["name"] for each in others} == {"Nimi"}


@pytest.mark.parametrize(
    ("state_", "expected"),
    [
        pytest.param(state(sole(JAAN)), "not_in_register", id="somebody-else"),
        pytest.param(state(joint(MARI)), "no_sole_right", id="alone-on-the-board-without-right"),
        pytest.param(state(joint(MARI), opaque=True), "signing_rule_opaque", id="opaque"),
        pytest.param(state(strange(MARI)), "entry_unreadable", id="unknown-role"),
        pytest.param(
            state(sole(MARI), status=CompanyStatus.LIQUIDATION),
            "company_in_liquidation",
            id="liquidation",
        ),
        pytest.param(
            state(sole(MARI), status=CompanyStatus.DELETED), "company_deleted", id="deleted"
        ),
        pytest.param(
            state(sole(MARI), form_confers=False), "legal_form_not_allowed", id="legal-form"
        ),
    ],
)
async def test_what_the_register_lacks_is_named_with_a_remedy(
    front: Front, state_: RegisterState, expected: str
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state_)

    body = await explained(front)

    assert missing(body) == [expected]
    assert body["missing"][0]["remedy"]["text"]


async def test_a_company_that_was_never_queried(front: Front) -> None:
    put(front.database, COMPANY)

    body = await explained(front)

    assert (missing(body), body["register_statement"]) == (["register_never_asked"], None)


async def test_ended_access_is_explained_with_time_and_reason(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    store_states(front.database, state(sole(JAAN), minute=1))

    body = await explained(front)

    past = body["missing"][0]["reason"]
    assert missing(body) == ["access_ended", "not_in_register"]
    assert past["facts"]["because"]["code"] == "not_in_register"
    assert datetime.fromisoformat(past["facts"]["ended_at"]) <= datetime.now(UTC)


async def test_somebody_elses_private_account(front: Front) -> None:
    put(front.database, PRIVATE)

    body = await explained(front, account_id=PRIVATE.id)

    assert missing(body) == ["private_account_of_another"]


async def test_a_closed_account(front: Front) -> None:
    closed = account(KUUSK, 1, status="closed")
    put(front.database, closed)
    store_states(front.database, state(sole(MARI)))

    body = await explained(front)

    assert missing(body) == ["account_closed"]


async def test_a_grant_on_another_service(front: Front) -> None:
    phone = service(1, COMPANY)
    put(front.database, COMPANY)
    put_service(front.database, phone)
    store_states(front.database, state())
    give(front.database, TIIU, COMPANY, "user", on=phone)

    body = await explained(front, TIIU, "usage:view", service_id=uuid4())

    assert missing(body)[0] == "other_service"
    assert [step["allows"] for step in body["path"]] == [False]


async def test_a_past_moment_is_explained_by_the_register_state_of_that_time(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    then = datetime.now(UTC).isoformat()
    store_states(front.database, state(minute=1))

    before, now = await explained(front, at=then), await explained(front)

    assert (before["allowed"], before["register_statement"]["authority"]) == (True, "sole")
    assert (now["allowed"], now["register_statement"]["authority"]) == (False, "none")


@pytest.mark.parametrize("unknown", ["account_id", "person_id"])
async def test_an_unknown_person_or_account_is_not_found(front: Front, unknown: str) -> None:
    put(front.database, COMPANY)
    question = {
        "account_id": str(COMPANY.id),
        "person_id": str(front.id_of(MARI)),
        "permission": "invoice:pay",
    }

    answer = await front.post("/v1/access/explain", SUPPORT, question | {unknown: str(uuid4())})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_no_explanation_has_a_personal_code(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN))

    text = str(await explained(front))

    assert not any(person.code in text for person in (MARI, JAAN))
