"""joint.6: people who act together answer an access request: one declines alone, all approve."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders import approvals
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import account, put, store_states
from tests.clients.api_client import PORTAL, Answer, Front, person_token

OFFICE, OTHER = account(KUUSK), account(TAMM, 3)
LISTED = f"/v1/accounts/{OTHER.id}/access-requests"
GIVEN = {"account_id": str(OTHER.id)}


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    """Tiiu and Jaan represent Tamm together; Mari represents another company."""
    put(front.database, OFFICE, OTHER)
    store_states(front.database, state(sole(MARI)), together(TIIU, JAAN, of=TAMM))


async def post(front: Front, path: str, who: PersonKey, body: Any = None) -> Answer:
    return await front.post(path, person_token(who), body, idempotency_key=str(uuid4()))


async def ask(front: Front) -> str:
    """Anna asks for an accountant's access."""
    of = {"country": TAMM.country, "code": TAMM.code}
    answer = await post(front, "/v1/access-requests", ANNA, {"company": of, "role": "accountant"})
    id_: str = answer.json()["id"]
    return id_


async def approve(front: Front, id_: str, who: PersonKey = TIIU) -> Answer:
    return await post(front, f"/v1/access-requests/{id_}/approve", who, GIVEN)


async def confirm(front: Front, approval: dict[str, Any], who: PersonKey) -> Answer:
    seen = {"digest": approval["digest"], "template_version": 1, "language": "et"}
    return await post(front, f"/v1/approvals/{approval['id']}/confirm", who, seen)


async def may_pay(front: Front, who: PersonKey) -> bool:
    asked = GIVEN | {"permission": "invoice:pay"}
    answer = await front.post("/v1/access/check", person_token(who), asked)
    return bool(answer.json()["allowed"])


async def test_joint_6_everyone_sees_a_request_and_one_declines_it_alone(front: Front) -> None:
    id_ = await ask(front)

    for member in (TIIU, JAAN):
        items = (await front.get(LISTED, person_token(member))).json()["items"]
        assert [each["id"] for each in items] == [id_]
    declined = await post(front, f"/v1/access-requests/{id_}/decline", JAAN)

    assert declined.status_code == 204
    shown = await front.get(f"/v1/access-requests/{id_}", person_token(ANNA))
    assert shown.json()["state"] == "declined"


async def test_joint_6_what_one_approves_counts_when_the_others_have_confirmed(
    front: Front,
) -> None:
    id_ = await ask(front)

    opened = await approve(front, id_)
    assert opened.status_code == 202, opened.text
    approval = opened.json()
    assert (approval["kind"], approval["subject_id"]) == ("access_request_approve", id_)
    assert not await may_pay(front, ANNA)
    done = await confirm(front, approval, JAAN)
    assert done.json()["state"] == "awaiting_officer", "who looks at the register's groups first"
    approvals.conclude(front.database, UUID(approval["id"]))

    assert await may_pay(front, ANNA)
    shown = (await front.get(f"/v1/access-requests/{id_}", person_token(ANNA))).json()
    assert (shown["state"], bool(shown["delegation_id"])) == ("approved", True)


async def test_joint_6_a_request_that_is_declined_meanwhile_is_not_approved(front: Front) -> None:
    id_ = await ask(front)
    approval = (await approve(front, id_)).json()

    await post(front, f"/v1/access-requests/{id_}/decline", JAAN)
    approvals.proceed(front.database, UUID(approval["id"]))

    shown = await front.get(f"/v1/approvals/{approval['id']}", person_token(TIIU))
    assert shown.json()["state"] == "refused"
    assert not await may_pay(front, ANNA)


async def test_joint_6_one_approval_of_a_request_at_a_time(front: Front) -> None:
    id_ = await ask(front)
    await approve(front, id_)

    again = await approve(front, id_, JAAN)

    assert (again.status_code, again.json()["code"]) == (409, "already_proposed")


async def test_joint_6_proposing_needs_ones_own_fresh_login(front: Front) -> None:
    id_ = await ask(front)
    path, key = f"/v1/access-requests/{id_}/approve", str(uuid4())
    claims = {"auth_time": None}

    without = await front.post(path, person_token(TIIU, **claims), GIVEN, idempotency_key=key)
    portal = await front.post(
        path, PORTAL, GIVEN, idempotency_key=key, on_behalf_of=str(front.id_of(TIIU))
    )

    assert (without.status_code, without.json()["code"]) == (401, "step_up_needed")
    assert portal.status_code == 403


@pytest.mark.parametrize("who", [MARI, KATI], ids=["of-another-company", "stranger"])
async def test_joint_6_nobody_else_sees_or_answers_it(front: Front, who: PersonKey) -> None:
    id_ = await ask(front)
    approval = (await approve(front, id_)).json()

    answers = [
        await front.get(LISTED, person_token(who)),
        await approve(front, id_, who),
        await post(front, f"/v1/access-requests/{id_}/decline", who),
        await front.get(f"/v1/approvals/{approval['id']}", person_token(who)),
        await confirm(front, approval, who),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


async def test_joint_6_the_applicant_sees_nothing_of_the_approval(front: Front) -> None:
    id_ = await ask(front)
    approval = (await approve(front, id_)).json()

    hidden = await front.get(f"/v1/approvals/{approval['id']}", person_token(ANNA))
    shown = (await front.get(f"/v1/access-requests/{id_}", person_token(ANNA))).json()

    assert hidden.status_code == 404
    assert (shown["state"], shown["delegation_id"]) == ("open", None)
