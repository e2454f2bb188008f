"""Joint representatives over HTTP: what they see and do alone, and what only the group gives."""

from typing import Any

import pytest

from domain.identifiers import PersonKey
from storage.database import Database
from tests.builders.approvals import OFF
from tests.builders.days import today
from tests.builders.delegations import (
    OTHER,
    Given,
    accepted,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proposals import confirmed, dropped, proposed, renewal_proposed
from tests.builders.register_states import TAMM, sole, state, together
from tests.builders.rows import rows, store_states
from tests.clients.api_client import SUPPORT, Front, open_front, person_token
from tests.clients.delegating import accountant, code_of, post


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


def kept(database: Database, **more: Any) -> Given:
    """Anna has access in Tamm's name: Tiiu proposed it, Jaan confirmed."""
    new = proposed(database, TIIU, ANNA, OTHER, terms(**more))
    return accepted(database, confirmed(database, new), ANNA)


def told(database: Database, kind: str) -> list[str]:
    """Who got a notice of this kind."""
    found = rows(
        database,
        "SELECT p.code FROM notice n JOIN person p ON p.id = n.person_id WHERE n.kind = :kind"
        " ORDER BY p.code",
        kind=kind,
    )
    return [row.code for row in found]


async def codes(front: Front, path: str, who: PersonKey, body: Any) -> list[str]:
    answer = await post(front, path, who, body)
    assert answer.status_code == 409, answer.text
    found: list[str] = answer.json()["refusals"]
    return found


async def test_joint_6_giving_and_widening_need_the_group(front: Front) -> None:
    old = kept(front.database)
    to_kati, path = accountant(receiver=code_of(KATI)), f"/v1/accounts/{OTHER.id}/delegations"

    offered = await post(front, path, TIIU, to_kati)
    widened = await post(front, f"/v1/delegations/{old.id}/renew", TIIU, accountant())

    assert offered.json()["state"] == "awaiting_confirmations"
    assert (widened.json()["state"], widened.json()["offer"]) == ("active", None)
    assert widened.json()["proposal"]["terms"]["version"] == 2


async def test_joint_7_where_they_cannot_confirm_here_nothing_is_given(database: Database) -> None:
    old = kept(database)
    to_kati, path = accountant(receiver=code_of(KATI)), f"/v1/accounts/{OTHER.id}/delegations"
    async with open_front(database, approvals=OFF) as front:
        offered = await codes(front, path, TIIU, to_kati)
        widened = await codes(front, f"/v1/delegations/{old.id}/renew", TIIU, accountant())
        checked = await post(front, f"{path}/check", TIIU, to_kati)

    assert offered == widened == ["needs_joint_approval"]
    assert [each["code"] for each in checked.json()["refusals"]] == ["needs_joint_approval"]


async def test_joint_6_one_alone_takes_back_what_they_gave_together_and_the_others_learn(
    front: Front,
) -> None:
    old = kept(front.database)

    preview = await front.get(f"/v1/delegations/{old.id}/cascade", person_token(JAAN))
    done = await post(front, f"/v1/delegations/{old.id}/revoke", JAAN)
    again = await post(front, f"/v1/delegations/{old.id}/revoke", JAAN)

    assert preview.json()["delegation_ids"] == [str(old.id)]
    assert (done.status_code, done.json()["state"]) == (200, "ended")
    assert again.status_code == 200
    assert told(front.database, "delegation_taken_back") == [TIIU.code]
    assert told(front.database, "delegation_revoked") == [ANNA.code]


async def test_joint_6_one_alone_shortens_and_the_others_learn(front: Front) -> None:
    old = kept(front.database, last=90)
    shorter = {"permissions": ["invoice:view"], "from_day": today().isoformat()}
    shorter["through_day"] = terms(last=9).through_day.isoformat()

    done = await post(front, f"/v1/delegations/{old.id}/change", JAAN, shorter)
    again = await post(front, f"/v1/delegations/{old.id}/change", JAAN, shorter)

    assert (done.status_code, again.status_code) == (200, 200)
    assert done.json()["terms"]["permissions"] == ["invoice:view"]
    assert told(front.database, "delegation_narrowed") == [TIIU.code]


async def test_joint_6_one_alone_withdraws_an_offer_and_the_others_learn(front: Front) -> None:
    offered = confirmed(front.database, proposed(front.database, TIIU, ANNA, OTHER))

    done = await post(front, f"/v1/delegations/{offered.id}/withdraw", JAAN)

    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    assert told(front.database, "delegation_offer_withdrawn") == [TIIU.code]


async def test_joint_6_a_sole_representative_tells_nobody_else(front: Front) -> None:
    old = kept(front.database)
    store_states(front.database, state(sole(MARI), sole(JAAN), of=TAMM, minute=1))

    assert (await post(front, f"/v1/delegations/{old.id}/revoke", MARI)).status_code == 200

    assert told(front.database, "delegation_taken_back") == []


async def test_joint_9_what_is_proposed_is_seen_by_who_represents_the_company_alone(
    front: Front,
) -> None:
    viewer = kept(front.database).id
    new = proposed(front.database, TIIU, KATI, OTHER)
    path = f"/v1/delegations/{new.id}"
    listed = f"/v1/accounts/{OTHER.id}/delegations"

    seen = (await front.get(path, person_token(JAAN))).json()

    assert viewer
    assert seen["state"] == "awaiting_confirmations"
    assert seen["offer"] is None
    assert seen["proposal"]["terms"] == seen["terms"]
    assert seen["receiver"] == {"id": None, "name": None} | code_of(KATI)
    assert seen["basis"]["kind"] == "joint"
    for who in (KATI, MARI, ANNA):
        assert (await front.get(path, person_token(who))).status_code == 404
    items = (await front.get(listed, person_token(JAAN))).json()["items"]
    assert str(new.id) in [each["id"] for each in items]
    for side in ("offered", "received"):
        mine = await front.get(f"/v1/me/delegations?side={side}", person_token(KATI))
        assert mine.json()["items"] == []
    staff = (await front.get(path, SUPPORT)).json()
    assert staff["receiver"] == {"id": None, "name": None, "country": None, "code": None}


async def test_joint_9_who_views_access_without_representing_sees_nothing_proposed(
    front: Front,
) -> None:
    manager = accepted(
        front.database,
        confirmed(
            front.database,
            proposed(front.database, TIIU, ANNA, OTHER, terms("access:view", may_pass_on=True)),
        ),
        ANNA,
    )
    new = proposed(front.database, TIIU, KATI, OTHER)
    renewal_proposed(front.database, manager, TIIU, terms(last=60))
    over = proposed(front.database, TIIU, MARI, OTHER)
    dropped(front.database, over)
    listed = f"/v1/accounts/{OTHER.id}/delegations?ended_too=true"
    history = f"/v1/accounts/{OTHER.id}/history?limit=100"

    async def ids(who: PersonKey) -> set[str]:
        return {each["id"] for each in (await front.get(listed, person_token(who))).json()["items"]}

    async def kinds(who: PersonKey) -> set[str]:
        items = (await front.get(history, person_token(who))).json()["items"]
        return {each["kind"] for each in items} & {"delegation:proposed", "delegation:dropped"}

    assert await ids(JAAN) == {str(manager.id), str(new.id), str(over.id)}
    assert await ids(ANNA) == {str(manager.id)}
    assert await kinds(JAAN) == {"delegation:proposed", "delegation:dropped"}
    assert await kinds(ANNA) == set()
    own = (await front.get(f"/v1/delegations/{manager.id}", person_token(ANNA))).json()
    theirs = (await front.get(f"/v1/delegations/{manager.id}", person_token(JAAN))).json()
    assert (own["proposal"], own["offer"]) == (None, None)
    assert theirs["proposal"]["terms"]["version"] == 2
    (event,) = rows(
        front.database, "SELECT max(id) AS id FROM event WHERE kind = 'delegation:proposed'"
    )
    seen = [
        (await front.get(f"/v1/events/{event.id}", person_token(who))).status_code
        for who in (JAAN, ANNA)
    ]
    assert seen == [200, 404]


async def test_joint_6_the_receiver_cannot_tell_a_proposal_from_nothing(front: Front) -> None:
    old = kept(front.database)
    renewal_proposed(front.database, old, TIIU, terms(last=60))
    new = proposed(front.database, TIIU, KATI, OTHER)

    answers = [
        await post(front, f"/v1/delegations/{old.id}/accept", ANNA, {"version": 2}),
        await post(front, f"/v1/delegations/{old.id}/decline", ANNA),
        await post(front, f"/v1/delegations/{new.id}/accept", KATI, {"version": 1}),
        await post(front, f"/v1/delegations/{new.id}/decline", KATI),
        await post(front, f"/v1/delegations/{new.id}/waive", KATI),
    ]

    assert {answer.status_code for answer in answers} == {404}


async def test_joint_6_after_both_left_the_offer_cannot_be_accepted(front: Front) -> None:
    offered = confirmed(front.database, proposed(front.database, TIIU, ANNA, OTHER))
    store_states(front.database, together(MARI, KATI, of=TAMM, minute=1))

    refusals = await codes(front, f"/v1/delegations/{offered.id}/accept", ANNA, {"version": 1})

    assert refusals == ["basis_ended"]
