"""joint.9: what outsiders see of an approval: nothing. To them it is like one that never was."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders import approvals
from tests.builders.delegations import OTHER, accepted, terms
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.proposals import confirmed
from tests.builders.proposals import proposed as delegation_proposed
from tests.builders.register_states import KUUSK, TAMM, joint, state, together, unreadable
from tests.builders.rows import account, put, rows, store_states
from tests.clients.api_client import BILLING, OFFICER, OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.approving import (
    NOT_AGREED,
    answer,
    call,
    confirm,
    listed,
    proposed,
    read,
    seen,
    send,
)

ROUTES = ("confirm", "decline", "take-back", "withdraw")


def make_viewer(front: Front) -> PersonKey:
    """Anna may view who has access on Tamm's account, and represents nobody."""
    wanted = terms("access:view")
    new = delegation_proposed(front.database, TIIU, ANNA, OTHER, wanted)
    accepted(front.database, confirmed(front.database, new), ANNA)
    return ANNA


def make_accountant(front: Front) -> PersonKey:
    new = delegation_proposed(front.database, TIIU, ANNA, OTHER)
    accepted(front.database, confirmed(front.database, new), ANNA)
    return ANNA


def make_receiver(_: Front) -> PersonKey:
    return KATI


def make_stranger(_: Front) -> PersonKey:
    return PEETER


def make_member_of_another_company(_: Front) -> PersonKey:
    return MARI


def make_former_member(front: Front) -> PersonKey:
    store_states(front.database, together(TIIU, TOOMAS, of=TAMM, minute=1))
    return JAAN


def make_frozen_member(front: Front) -> PersonKey:
    freeze(front.database, JAAN)
    return JAAN


OUTSIDERS = [
    make_viewer,
    make_accountant,
    make_receiver,
    make_stranger,
    make_member_of_another_company,
    make_former_member,
    make_frozen_member,
]


def body_of(route: str, digest: dict[str, Any]) -> dict[str, Any] | None:
    return {"confirm": digest, "decline": NOT_AGREED}.get(route)


@pytest.mark.parametrize("made", OUTSIDERS, ids=lambda made: made.__name__)
async def test_joint_9_outsiders_find_nothing(front: Front, made: Any) -> None:
    id_ = await proposed(front)
    digest = await seen(front, id_)
    who = made(front)
    token, nowhere = person_token(who), uuid4()

    there = [await front.get(f"/v1/approvals/{id_}", token)]
    not_there = [await front.get(f"/v1/approvals/{nowhere}", token)]
    for route in ROUTES:
        body = body_of(route, digest)
        there.append(await send(front, f"/v1/approvals/{id_}/{route}", token, body))
        not_there.append(await send(front, f"/v1/approvals/{nowhere}/{route}", token, body))

    def told(each: Any) -> dict[str, Any]:
        return {name: text for name, text in each.json().items() if name != "instance"}

    assert {each.status_code for each in there} == {404}
    assert [told(each) for each in there] == [told(each) for each in not_there]
    assert await listed(front, who, state="all") == []
    assert len((await read(front, id_, TIIU)).json()["confirmed"]) == 1


@pytest.mark.parametrize("made", [make_viewer, make_receiver], ids=lambda made: made.__name__)
async def test_joint_9_outsiders_find_nothing_in_the_history(front: Front, made: Any) -> None:
    who = made(front)
    id_ = await proposed(front, receiver=KATI)
    await confirm(front, id_)
    await answer(front, id_, "take-back")
    await answer(front, id_, "decline", JAAN, NOT_AGREED)
    events = rows(front.database, "SELECT id, kind FROM event WHERE kind LIKE 'approval:%'")

    ours = await front.get(f"/v1/accounts/{OTHER.id}/history?limit=100", person_token(TIIU))
    theirs = await front.get(f"/v1/accounts/{OTHER.id}/history?limit=100", person_token(who))
    own = await front.get("/v1/me/history?limit=100", person_token(who))
    single = [await front.get(f"/v1/events/{each.id}", person_token(who)) for each in events]

    kinds = {each["kind"] for each in ours.json()["items"]}
    assert kinds >= {each.kind for each in events}
    assert '"approval:' not in theirs.text + own.text
    assert {each.status_code for each in single} == {404}


async def test_joint_9_staff_read_without_personal_codes_and_do_nothing(front: Front) -> None:
    id_ = await proposed(front)
    digest = await seen(front, id_)
    said = {"reason": "other", "message": f"{KATI.code} on vale"}
    await answer(front, id_, "decline", JAAN, said)

    for token in (SUPPORT, OPS, OFFICER):
        shown = await front.get(f"/v1/approvals/{id_}", token)

        assert (shown.status_code, shown.json()["state"]) == (200, "declined")
        assert shown.json()["shown"]["text"] is None
        assert shown.json()["declined"]["message"] is None
        assert not any(who.code in shown.text for who in (TIIU, JAAN, KATI))
        for route in ROUTES:
            path = f"/v1/approvals/{id_}/{route}"
            assert (await send(front, path, token, body_of(route, digest))).status_code == 403
        assert (await front.get("/v1/me/confirmations", token)).status_code == 403
    for program in (BILLING, PORTAL):
        assert (await front.get(f"/v1/approvals/{id_}", program)).status_code in {400, 403}


async def test_joint_9_nobody_learns_without_a_token(front: Front) -> None:
    id_ = await proposed(front)
    digest = await seen(front, id_)

    asked = [await front.get(f"/v1/approvals/{id_}"), await front.get("/v1/me/confirmations")]
    asked += [
        await front.post(f"/v1/approvals/{id_}/{route}", None, body_of(route, digest))
        for route in ROUTES
    ]

    assert {each.status_code for each in asked} == {401}


async def test_joint_9_a_new_owner_of_the_account_learns_nothing(front: Front) -> None:
    id_ = await proposed(front)
    put(front.database, account(KUUSK, 3))

    assert await listed(front, MARI, state="all") == []
    assert (await read(front, id_, MARI)).status_code == 404
    assert (await answer(front, id_, "decline", MARI, NOT_AGREED)).status_code == 404
    assert (await read(front, id_, JAAN)).status_code == 404


async def test_joint_9_who_proposed_and_left_may_withdraw_and_learns_no_more_names(
    front: Front,
) -> None:
    id_ = await proposed(front)
    store_states(front.database, together(JAAN, TOOMAS, of=TAMM, minute=1))

    shown = (await read(front, id_, TIIU)).json()
    confirmed_again = await confirm(front, id_, TIIU)
    declined = await answer(front, id_, "decline", TIIU, NOT_AGREED)
    withdrawn = await answer(front, id_, "withdraw", TIIU)

    assert shown["missing"] == []
    assert str(front.id_of(TOOMAS)) not in str(shown)
    assert confirmed_again.status_code == 200
    assert (declined.status_code, withdrawn.status_code) == (404, 200)


async def test_joint_2_whose_group_cannot_be_filled_sees_it_and_does_not_confirm(
    front: Front,
) -> None:
    members = {who: joint(who) for who in (TIIU, JAAN, TOOMAS)}
    hidden = unreadable("EE", None)
    groups = ((members[TIIU], members[JAAN]), (members[TOOMAS], hidden))
    said = state(*members.values(), hidden, of=TAMM, groups=groups, minute=1)
    store_states(front.database, said)
    id_ = await proposed(front)

    shown = await read(front, id_, TOOMAS)
    refused = await confirm(front, id_, TOOMAS)

    assert shown.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (409, "not_counted")


async def test_joint_9_a_code_that_was_typed_tells_no_name_before_it_is_accepted(
    front: Front,
) -> None:
    id_ = await proposed(front)
    call(front, KATI, "Kati Kibuvits")
    kati = str(front.id_of(KATI))
    before = [await read(front, id_, who) for who in (TIIU, JAAN)]
    approvals.confirm(front.database, UUID(id_), JAAN)
    approvals.conclude(front.database, UUID(id_))
    offered = await read(front, id_)
    act = offered.json()["act"]["data"]
    path = f"/v1/delegations/{act['delegation_id']}/accept"
    await send(front, path, person_token(KATI), {"version": 1})
    after = await read(front, id_)

    for each in (*before, offered):
        assert f"EE {KATI.code}" in each.json()["shown"]["text"]
        assert "Kibuvits" not in each.json()["shown"]["text"]
        assert kati not in each.text
    assert "Kati Kibuvits" in after.json()["shown"]["text"]
    assert KATI.code not in after.text
    assert after.json()["act"]["data"]["receiver_id"] == kati


@pytest.mark.parametrize("how", ["decline", "withdraw"])
async def test_joint_9_whom_nothing_was_given_is_forgotten(front: Front, how: str) -> None:
    id_ = await proposed(front)
    who, body = (JAAN, NOT_AGREED) if how == "decline" else (TIIU, None)
    ended = await answer(front, id_, how, who, body)

    assert ended.status_code == 200
    for member in (TIIU, JAAN):
        shown = await read(front, id_, member)
        assert shown.json()["shown"]["text"] is None
        assert KATI.code not in shown.text


async def test_joint_9_no_personal_code_is_kept_or_logged(
    front: Front, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = await proposed(front)
    await confirm(front, id_, JAAN, auth_time=None)
    await confirm(front, id_)
    await answer(front, id_, "take-back")
    message = f"Miks {KATI.code}?"
    await answer(front, id_, "decline", JAAN, {"reason": "other", "message": message})
    late = await confirm(front, id_)
    kept = rows(front.database, "SELECT body::text AS body FROM idempotency_key")
    events = rows(front.database, "SELECT e::text AS event FROM event e")
    logged = "".join(capfd.readouterr())

    assert late.status_code == 409
    everything = "".join(
        [late.text, logged, *(row.body or "" for row in kept), *(row.event for row in events)]
    )
    assert not any(who.code in everything for who in (TIIU, JAAN, KATI))
    assert (await read(front, id_, TIIU)).json()["declined"]["message"] == message
