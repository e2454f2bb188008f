"""joint.5: decline, withdraw, take back, lapse; and nothing after the end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import approvals
from tests.builders.people import JAAN, KATI, PEETER, TIIU
from tests.builders.register_states import TAMM, together
from tests.builders.rows import store_states
from tests.clients.api_client import Front, person_token
from tests.clients.approving import (
    NOT_AGREED,
    answer,
    carried_out,
    confirm,
    listed,
    propose,
    proposed,
    read,
    seen,
    send,
)


async def inbox(front: Front, who: Any) -> list[str]:
    items = (await front.get("/v1/me/notices", person_token(who))).json()["items"]
    return [each["kind"] for each in items]


async def test_joint_5_one_declines_and_the_others_learn_why(front: Front) -> None:
    id_ = await proposed(front)
    said = {"reason": "wrong_terms", "message": "Ainult arvete vaatamine, palun."}
    declined, again = [await answer(front, id_, "decline", JAAN, said) for _ in range(2)]
    shown = (await read(front, id_, TIIU)).json()

    assert (declined.status_code, again.status_code) == (200, 200)
    assert declined.json()["state"] == again.json()["state"] == "declined"
    assert declined.json()["declined"]["message"] is None
    assert shown["declined"] == {
        "person": {"id": str(front.id_of(JAAN)), "name": "Nimi"},
        **said,
    }
    assert shown["ended_reason"]["code"] == "approval_declined"
    assert await inbox(front, TIIU) == ["approval_declined"]
    assert await inbox(front, JAAN) == ["approval_proposed"]
    assert await inbox(front, KATI) == []
    delegation = f"/v1/delegations/{shown['act']['data']['delegation_id']}"
    assert (await front.get(delegation, person_token(TIIU))).json()["state"] == "withdrawn"


async def test_joint_5_the_proposer_withdraws_and_nobody_else(front: Front) -> None:
    id_ = await proposed(front)
    other = await answer(front, id_, "withdraw", JAAN)
    done, again = [await answer(front, id_, "withdraw", TIIU) for _ in range(2)]

    assert (other.status_code, other.json()["code"]) == (409, "not_the_proposer")
    assert (done.status_code, again.status_code) == (200, 200)
    assert done.json()["state"] == again.json()["state"] == "withdrawn"
    assert await inbox(front, JAAN) == ["approval_withdrawn", "approval_proposed"]


async def test_joint_5_own_confirmations_are_taken_back_until_it_is_carried_out(
    front: Front,
) -> None:
    id_ = await proposed(front)
    await confirm(front, id_)
    back, again = [await answer(front, id_, "take-back") for _ in range(2)]
    approvals.conclude(front.database, UUID(id_))
    waiting = (await read(front, id_)).json()
    await carried_out(front, id_, JAAN)
    late = await answer(front, id_, "take-back")

    assert (back.status_code, again.status_code) == (200, 200)
    assert waiting["state"] == "awaiting_confirmations"
    assert [each["person"]["id"] for each in waiting["confirmed"]] == [str(front.id_of(TIIU))]
    missing = [[each["id"] for each in option] for option in waiting["missing"]]
    assert missing == [[str(front.id_of(JAAN))]]
    assert (late.status_code, late.json()["code"]) == (409, "approval_closed")
    assert len((await read(front, id_)).json()["confirmed"]) == 2


async def end(front: Front, id_: str, how: str) -> None:
    match how:
        case "declined":
            await answer(front, id_, "decline", JAAN, NOT_AGREED)
        case "withdrawn":
            await answer(front, id_, "withdraw", TIIU)
        case "lapsed":
            approvals.in_time(front.database, UUID(id_), timedelta(0))
        case "carried_out":
            await carried_out(front, id_)


@pytest.mark.parametrize("how", ["declined", "withdrawn", "lapsed", "carried_out"])
async def test_joint_5_nothing_changes_after_the_end(front: Front, how: str) -> None:
    id_ = await proposed(front)
    body = await seen(front, id_)
    await end(front, id_, how)
    before = (await read(front, id_)).json()

    async def codes() -> set[str]:
        late = {
            "confirm": await send(front, f"/v1/approvals/{id_}/confirm", person_token(JAAN), body),
            "take-back": await answer(front, id_, "take-back", TIIU),
            "decline": await answer(front, id_, "decline", JAAN, NOT_AGREED),
            "withdraw": await answer(front, id_, "withdraw", TIIU),
        }
        repeated = {"declined": "decline", "withdrawn": "withdraw", "carried_out": "confirm"}
        same = late.pop(repeated[how]).status_code if how in repeated else 200
        assert same == 200
        return {f"{each.status_code} {each.json().get('code')}" for each in late.values()}

    assert before["state"] == how
    assert await codes() == {"409 approval_closed"}
    assert (await read(front, id_)).json() == before
    assert await listed(front, JAAN) == []
    assert [each["id"] for each in await listed(front, JAAN, state="all")] == [id_]


async def test_joint_3_who_left_does_not_count_and_who_came_is_asked(front: Front) -> None:
    id_ = await proposed(front)
    await confirm(front, id_)
    store_states(front.database, together(TIIU, PEETER, of=TAMM, minute=1))
    approvals.conclude(front.database, UUID(id_))

    shown = (await read(front, id_, PEETER)).json()
    done = await confirm(front, id_, PEETER)

    assert shown["state"] == "awaiting_confirmations"
    missing = [[each["id"] for each in option] for option in shown["missing"]]
    assert missing == [[str(front.id_of(PEETER))]]
    assert (done.status_code, done.json()["state"]) == (202, "checking_register")
    approvals.conclude(front.database, UUID(id_))
    counted = {
        each["person"]["id"]
        for each in (await read(front, id_, PEETER)).json()["confirmed"]
        if each["counted"]
    }
    assert counted == {str(front.id_of(TIIU)), str(front.id_of(PEETER))}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"reason": "other", "message": "õ" * 501}, "/message"),
        ({"reason": "other", "message": "rida\nrida"}, "/message"),
        ({"reason": "other", "message": "\u202ekood"}, "/message"),
        ({"reason": "other", "message": "\x00"}, "/message"),
        ({"reason": "because"}, "/reason"),
        ({"message": "jah"}, "/reason"),
        ({"reason": "other", "more": 1}, "/more"),
    ],
    ids=["long", "two-lines", "turned", "nul", "unknown-reason", "no-reason", "more"],
)
async def test_joint_5_a_reason_that_cannot_be_shown_is_refused(
    front: Front, said: dict[str, Any], at: str
) -> None:
    id_ = await proposed(front)

    refused = await answer(front, id_, "decline", JAAN, said)

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [at]
    assert (await read(front, id_)).json()["state"] == "awaiting_confirmations"


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "0" * 63},
        {"digest": "A" * 64},
        {"digest": None},
        {"template_version": 0},
        {"template_version": 2**40},
        {"template_version": "one"},
        {"language": "fi"},
        {"person_id": "7"},
    ],
    ids=str,
)
async def test_joint_4_what_is_no_confirmation_is_refused(
    front: Front, wrong: dict[str, Any]
) -> None:
    id_ = await proposed(front)
    body = await seen(front, id_) | wrong

    refused = await send(front, f"/v1/approvals/{id_}/confirm", person_token(JAAN), body)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert len((await read(front, id_)).json()["confirmed"]) == 1


async def test_joint_5_each_proposal_stands_for_itself(front: Front) -> None:
    """Of two about the same person both may be confirmed, or one of them declined."""
    first = await proposed(front)
    second = await propose(front, JAAN)

    assert second.status_code == 201
    assert second.json()["proposal"]["approval_id"] != first
    assert len(await listed(front, TIIU)) == 2
