"""joint.9: other acts that a group confirms, and where it cannot: over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from services.signing_rules import looks
from tests.builders import approvals
from tests.builders.approvals import FOUR_EYES
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    Given,
    accepted,
    given,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proposals import confirmed
from tests.builders.proposals import proposed as delegation_proposed
from tests.builders.register_states import TAMM, joint, sole, state, together, unreadable
from tests.builders.rows import carry_out, company_id, rows, store_states
from tests.builders.signing_rules import ANN, NOTE, digest
from tests.clients.api_client import SUPPORT, Front, open_front, person_token
from tests.clients.approving import (
    DELEGATIONS,
    NOT_AGREED,
    answer,
    carried_out,
    confirm,
    listed,
    propose,
    proposed,
    read,
    send,
)
from tests.clients.delegating import accountant, code_of
from tests.clients.token_issuer import NOW

KEEP = f"/v1/accounts/{OFFICE.id}/review/keep"


def in_force(front: Front, **more: Any) -> Given:
    """Anna has access in Tamm's name."""
    new = delegation_proposed(front.database, TIIU, ANNA, OTHER, terms(**more))
    return accepted(front.database, confirmed(front.database, new), ANNA)


async def test_joint_9_new_terms_are_proposed_and_say_what_changes(front: Front) -> None:
    old = in_force(front)
    carry_out(front.database, "UPDATE person SET name = 'Anna A' WHERE code = :c", c=ANNA.code)
    path = f"/v1/delegations/{old.id}"
    wider = {"permissions": ["invoice:view", "access:view"], "from_day": today().isoformat()}

    renewed = await send(front, f"{path}/renew", person_token(TIIU), wider)
    id_ = renewed.json()["proposal"]["approval_id"]
    shown = (await read(front, id_)).json()
    receiver = (await front.get(path, person_token(ANNA))).json()
    await carried_out(front, id_)
    offered = (await front.get(path, person_token(ANNA))).json()
    done = await send(front, f"{path}/accept", person_token(ANNA), {"version": 2})

    assert (renewed.status_code, renewed.json()["state"]) == (200, "active")
    assert shown["kind"] == "delegation_renew"
    assert "Anna A is offered new terms" in shown["shown"]["text"]
    assert "Permissions added: See who has access" in shown["shown"]["text"]
    assert ANNA.code not in str(shown)
    assert (receiver["proposal"], receiver["offer"]) == (None, None)
    assert offered["offer"]["terms"]["version"] == 2
    assert (done.status_code, done.json()["basis"]["kind"]) == (200, "joint")


async def test_joint_4_new_terms_need_a_fresh_login(front: Front) -> None:
    old = in_force(front)
    stale = person_token(TIIU, auth_time=NOW - 4000)

    refused = await send(front, f"/v1/delegations/{old.id}/renew", stale, accountant())

    assert (refused.status_code, refused.json()["code"]) == (401, "step_up_needed")


async def asked(front: Front, who: PersonKey = ANNA) -> str:
    """Ask for an accountant's access to Tamm's account."""
    body = {"customer_number": "K3", "role": "accountant", "message": "Teen raamatupidamist"}
    made = await send(front, "/v1/access-requests", person_token(who), body)
    assert made.status_code == 201, made.text
    id_: str = made.json()["id"]
    return id_


async def test_joint_9_an_access_request_is_approved_together(front: Front) -> None:
    request = await asked(front)
    carry_out(front.database, "UPDATE person SET name = 'Anna A' WHERE code = :c", c=ANNA.code)
    path, body = f"/v1/access-requests/{request}", {"account_id": str(OTHER.id)}
    stale = person_token(TIIU, acr="substantial")

    weak = await send(front, f"{path}/approve", stale, body, key="once")
    proposal = await send(front, f"{path}/approve", person_token(TIIU), body, key="once")
    again = await send(front, f"{path}/approve", person_token(TIIU), body, key="once")
    twice = await send(front, f"{path}/approve", person_token(JAAN), body)
    id_ = proposal.json()["id"]
    shown = (await read(front, id_)).json()
    waiting = (await front.get(path, person_token(ANNA))).json()
    await carried_out(front, id_)
    done = (await front.get(path, person_token(ANNA))).json()
    own = await front.get(f"/v1/delegations/{done['delegation_id']}", person_token(ANNA))

    assert weak.status_code == 401
    assert proposal.status_code == 202
    assert proposal.headers["location"] == f"/v1/approvals/{id_}"
    assert (again.status_code, again.content) == (202, proposal.content)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_proposed")
    assert shown["kind"] == "access_request_approve"
    assert shown["shown"]["text"].startswith("Anna A gets the access to the account K3")
    assert ANNA.code not in str(shown)
    assert (waiting["state"], waiting["delegation_id"]) == ("open", None)
    assert done["state"] == "approved"
    assert (own.json()["state"], own.json()["basis"]["kind"]) == ("active", "joint")


async def test_joint_5_a_request_that_was_withdrawn_is_not_given(front: Front) -> None:
    request = await asked(front)
    path, body = f"/v1/access-requests/{request}", {"account_id": str(OTHER.id)}
    id_ = (await send(front, f"{path}/approve", person_token(TIIU), body)).json()["id"]
    await send(front, f"{path}/withdraw", person_token(ANNA))
    approvals.proceed(front.database, UUID(id_))

    shown = (await read(front, id_)).json()

    assert (shown["state"], shown["ended_reason"]["code"]) == ("refused", "approval_refused")
    assert (await confirm(front, id_)).status_code == 409


async def test_joint_9_who_cannot_give_proposes_no_answer_to_a_request(front: Front) -> None:
    request = await asked(front)
    body = {"account_id": str(OTHER.id)}

    for who in (KATI, MARI, ANNA):
        refused = await send(
            front, f"/v1/access-requests/{request}/approve", person_token(who), body
        )
        assert refused.status_code in {404, 409}
    wrong = {"account_id": str(OFFICE.id)}
    path = f"/v1/access-requests/{request}/approve"
    assert (await send(front, path, person_token(TIIU), wrong)).status_code in {404, 409}
    assert rows(front.database, "SELECT FROM approval") == []


async def test_joint_9_what_somebody_left_behind_is_kept_together(front: Front) -> None:
    left = given(front.database, MARI, ANNA, OFFICE)
    store_states(front.database, together(TIIU, JAAN, minute=1))
    body = {"delegation_ids": [str(left.id)]}

    stale = await send(front, KEEP, person_token(TIIU, auth_time=None), body, key="once")
    proposal = await send(front, KEEP, person_token(TIIU), body, key="once")
    again = await send(front, KEEP, person_token(TIIU), body, key="once")
    id_ = proposal.json()["id"]
    shown = (await read(front, id_)).json()
    await carried_out(front, id_)
    review = f"/v1/accounts/{OFFICE.id}/review"
    after = (await front.get(review, person_token(JAAN))).json()

    assert stale.status_code == 401
    assert (proposal.status_code, proposal.json()["kind"]) == (202, "delegations_keep")
    assert proposal.headers["location"] == f"/v1/approvals/{id_}"
    assert again.content == proposal.content
    assert shown["act"]["data"]["delegations"] == [{"delegation_id": str(left.id), "version": 1}]
    assert "stays in force although whoever gave it has left" in shown["shown"]["text"]
    assert ANNA.code not in str(shown)
    assert (await read(front, id_)).json()["state"] == "carried_out"
    assert after["departures"] == []


async def test_joint_9_keeping_is_proposed_by_joint_representatives_alone(front: Front) -> None:
    left = given(front.database, MARI, ANNA, OFFICE)
    body = {"delegation_ids": [str(left.id)]}
    strangers = [await send(front, KEEP, person_token(who), body) for who in (MARI, ANNA, KATI)]
    store_states(front.database, together(TIIU, JAAN, minute=1))

    unknown = {"delegation_ids": [str(left.id), str(uuid4())]}
    wrong = await send(front, KEEP, person_token(TIIU), unknown)
    nowhere = await send(front, f"/v1/accounts/{uuid4()}/review/keep", person_token(TIIU), body)
    empty = await send(front, KEEP, person_token(TIIU), {"delegation_ids": []})

    assert [each.status_code for each in strangers] == [404, 404, 404]
    assert (wrong.status_code, wrong.json()["refusals"]) == (409, ["unknown"])
    assert [each["pointer"] for each in wrong.json()["errors"]] == ["/delegation_ids/1"]
    assert nowhere.status_code == 404
    assert empty.status_code == 422
    assert rows(front.database, "SELECT FROM approval") == []


async def test_joint_2_what_no_group_can_confirm_is_not_proposed(front: Front) -> None:
    """joint.2: said to be so, with the reason. One of the pair has a code that nobody can read."""
    pair = (joint(TIIU), unreadable("EE", None))
    store_states(front.database, state(*pair, of=TAMM, groups=(pair,), minute=1))

    refused = await propose(front)
    checked = await send(
        front, f"{DELEGATIONS}/check", person_token(TIIU), accountant(receiver=code_of(KATI))
    )

    for each in (refused, checked):
        assert (each.status_code, each.json()["code"]) == (409, "group_unfillable"), each.text
        assert each.json()["detail"]
    assert rows(front.database, "SELECT FROM delegation") == []


async def test_joint_2_what_can_be_confirmed_no_more_says_so(front: Front) -> None:
    id_ = await proposed(front)
    pair = (joint(TIIU), unreadable("EE", None))
    store_states(front.database, state(*pair, of=TAMM, groups=(pair,), minute=1))
    approvals.proceed(front.database, UUID(id_))

    shown = (await read(front, id_, TIIU)).json()

    assert (shown["state"], shown["waits_because"]) == (
        "awaiting_confirmations",
        "cannot_be_filled",
    )
    assert shown["missing"] == []
    assert shown["cannot_be_filled"]["code"] == "no_group_fillable"


async def test_joint_6_a_check_says_that_others_are_to_confirm(front: Front) -> None:
    body = accountant(receiver=code_of(KATI))
    office = f"/v1/accounts/{OFFICE.id}/delegations"

    together_ = await send(front, f"{DELEGATIONS}/check", person_token(TIIU), body)
    alone = await send(front, f"{office}/check", person_token(MARI), body)
    nobody = await send(front, f"{DELEGATIONS}/check", person_token(KATI), body)
    yourself = await send(
        front, f"{DELEGATIONS}/check", person_token(TIIU), body | {"receiver": code_of(TIIU)}
    )

    assert together_.json() == {"allowed": True, "refusals": [], "jointly": True}
    assert alone.json() == {"allowed": True, "refusals": [], "jointly": False}
    assert [each["code"] for each in nobody.json()["refusals"]] == ["not_allowed_to_give"]
    assert [each["code"] for each in yourself.json()["refusals"]] == ["to_yourself"]
    assert rows(front.database, "SELECT FROM delegation") == []


async def test_joint_7_an_officer_looks_before_the_first_by_this_register_state(
    front: Front,
) -> None:
    async with open_front(front.database, approvals=FOUR_EYES) as careful:
        id_ = await proposed(careful)
        waits = await confirm(careful, id_)
        approvals.conclude(front.database, UUID(id_), FOUR_EYES)
        still = (await read(careful, id_)).json()
        firm, stated = company_id(front.database, TAMM), digest(front.database, TAMM)
        looks.look(front.database, firm, stated, ok=True, actor=ANN, note=NOTE)
        approvals.proceed(front.database, UUID(id_), FOUR_EYES)
        looked = (await read(careful, id_)).json()
        approvals.conclude(front.database, UUID(id_), FOUR_EYES)
        done = (await read(careful, id_)).json()
        second = await proposed(careful, receiver=PEETER)
        next_ = await confirm(careful, second)

    assert (waits.status_code, waits.json()["state"]) == (200, "awaiting_officer")
    assert (still["state"], still["missing"]) == ("awaiting_officer", [])
    assert (looked["state"], done["state"]) == ("checking_register", "carried_out")
    assert (next_.status_code, next_.json()["state"]) == (202, "checking_register")


async def test_joint_7_what_an_officer_doubts_waits_and_says_so(front: Front) -> None:
    async with open_front(front.database, approvals=FOUR_EYES) as careful:
        id_ = await proposed(careful)
        firm, stated = company_id(front.database, TAMM), digest(front.database, TAMM)
        looks.look(front.database, firm, stated, ok=False, actor=ANN, note=NOTE)
        waits = (await confirm(careful, id_)).json()
        withdrawn = await answer(careful, id_, "withdraw", TIIU)

    assert (waits["state"], waits["waits_because"]) == (
        "awaiting_officer",
        "signing_rule_doubted",
    )
    assert withdrawn.json()["waits_because"] is None


async def test_joint_2_one_who_may_act_alone_is_enough_without_a_look(front: Front) -> None:
    async with open_front(front.database, approvals=FOUR_EYES) as careful:
        id_ = await proposed(careful)
        store_states(front.database, state(sole(PEETER), joint(TIIU), of=TAMM, minute=1))
        done = await confirm(careful, id_, PEETER)

    assert (done.status_code, done.json()["state"]) == (202, "checking_register")


async def test_joint_9_staff_see_what_waits_for_whom(front: Front) -> None:
    id_ = await proposed(front)

    shown = (await front.get(f"/v1/approvals/{id_}", SUPPORT)).json()

    assert shown["proposer"]["id"] == str(front.id_of(TIIU))
    assert [[each["id"] for each in option] for option in shown["missing"]] == [
        [str(front.id_of(JAAN))]
    ]


@pytest.mark.parametrize("act", ["give", "renew", "approve", "keep"])
async def test_joint_7_where_it_is_off_nothing_is_proposed(front: Front, act: str) -> None:
    old, request = in_force(front), await asked(front, KATI)
    paths = {
        "give": (DELEGATIONS, accountant(receiver=code_of(KATI))),
        "renew": (f"/v1/delegations/{old.id}/renew", accountant()),
        "approve": (f"/v1/access-requests/{request}/approve", {"account_id": str(OTHER.id)}),
        "keep": (f"/v1/accounts/{OTHER.id}/review/keep", {"delegation_ids": [str(old.id)]}),
    }
    path, body = paths[act]
    async with open_front(front.database, approvals=approvals.OFF) as closed:
        refused = await send(closed, path, person_token(TIIU, auth_time=None), body)

    if act == "keep":
        assert refused.status_code == 404
    else:
        assert (refused.status_code, refused.json()["refusals"]) == (409, ["needs_joint_approval"])
    assert await listed(front, TIIU) == []


async def test_joint_7_what_was_open_is_refused_once_it_is_off(front: Front) -> None:
    id_ = await proposed(front)
    approvals.proceed(front.database, UUID(id_), approvals.OFF)

    assert (await read(front, id_)).json()["state"] == "refused"
    assert (await answer(front, id_, "decline", JAAN, NOT_AGREED)).status_code == 409
