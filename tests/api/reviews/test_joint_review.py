"""joint.6: what one of several who act together sees and decides alone in a review."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders import approvals, delegations
from tests.builders.days import today
from tests.builders.delegations import (
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, sole, state, together
from tests.builders.rows import account, give, put, put_service, rows, service, store_states
from tests.clients.api_client import PORTAL, SUPPORT, Answer, Front, person_token

NUMBER = "+37255500001"
OFFICE = account(KUUSK)
ACCOUNT = f"/v1/accounts/{OFFICE.id}"
REVIEW, BARS = f"{ACCOUNT}/review", f"{ACCOUNT}/bars"
Body = dict[str, Any]


@pytest.fixture(autouse=True)
def given(front: Front) -> UUID:
    """Tiiu and Jaan came after Mari, who had let Kati in with the right to pass it on."""
    put(front.database, OFFICE)
    put_service(front.database, service(1, OFFICE, phone=NUMBER))
    store_states(front.database, state(sole(MARI)))
    wanted = terms("access:view", "usage:view", may_pass_on=True)
    by_mari = delegations.given(front.database, MARI, KATI, OFFICE, wanted)
    store_states(front.database, together(TIIU, JAAN, minute=1))
    return by_mari.id


async def decide(front: Front, who: PersonKey, *decisions: Body, key: str = "") -> Answer:
    wanted = {"decisions": [*decisions]}
    path, token = f"{REVIEW}/decisions", person_token(who)
    return await front.post(path, token, wanted, idempotency_key=key or str(uuid4()))


def decision(kind: str, **what: object) -> Body:
    return {"decision": kind} | {name: str(value) for name, value in what.items()}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/people",
        "/services",
        "/history",
        "/delegations",
        "/access-requests",
        "/review",
        "/bars",
    ],
)
async def test_joint_6_a_joint_member_alone_sees_everything_of_the_account(
    front: Front, given: UUID, path: str
) -> None:
    give(front.database, ANNA, OFFICE, "user")
    tiiu = str(front.id_of(TIIU))

    for member in (TIIU, JAAN):
        assert (await front.get(f"{ACCOUNT}{path}", person_token(member))).status_code == 200
    assert (await front.get(f"{ACCOUNT}{path}", PORTAL, on_behalf_of=tiiu)).status_code == 200
    stranger = await front.get(f"{ACCOUNT}{path}", person_token(PEETER))
    assert stranger.status_code == 404 or stranger.json()["items"] == []


async def test_joint_6_a_joint_member_alone_sees_a_delegation_and_its_chain(
    front: Front, given: UUID
) -> None:
    passed_on = delegations.given(
        front.database, KATI, ANNA, OFFICE, terms("usage:view", last=20), parent=given
    )

    for id_ in (given, passed_on.id):
        shown = await front.get(f"/v1/delegations/{id_}", person_token(TIIU))
        assert (shown.status_code, shown.json()["id"]) == (200, str(id_))
        stranger = await front.get(f"/v1/delegations/{id_}", person_token(PEETER))
        assert stranger.status_code == 404


async def test_joint_6_the_review_is_for_joint_members_and_for_no_delegate(front: Front) -> None:
    give(front.database, ANNA, OFFICE, "administrator")

    for who in (MARI, KATI, ANNA, PEETER):
        assert (await front.get(REVIEW, person_token(who))).status_code == 404
        assert (await decide(front, who, decision("end", grant_id=uuid4()))).status_code == 404


async def test_joint_6_a_joint_member_alone_shortens_and_ends(front: Front, given: UUID) -> None:
    shortened, ended = (give(front.database, who, OFFICE) for who in (ANNA, PEETER))
    week = (today() + timedelta(days=7)).isoformat()

    (kati,) = [
        each
        for each in (await front.get(REVIEW, person_token(TIIU))).json()["items"]
        if each["delegation_id"] == str(given)
    ]
    done = await decide(
        front,
        TIIU,
        decision("shorten", grant_id=shortened, through_day=week),
        decision("end", grant_id=ended),
        decision("shorten", delegation_id=given, through_day=week),
    )
    over = await decide(front, JAAN, decision("end", delegation_id=given))

    assert kati["may"] == ["shorten", "end"]
    assert done.json()["grants_ended"] == [str(ended)]
    assert over.json()["delegations_ended"] == [str(given)]
    told = rows(
        front.database,
        "SELECT p.code FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind = 'review_decided' ORDER BY n.created_at",
    )
    assert [row.code for row in told] == [JAAN.code, TIIU.code], "the other, once for all"


async def test_joint_6_what_is_kept_needs_the_others_and_then_nothing_is_decided(
    front: Front, given: UUID
) -> None:
    kept, ended = (give(front.database, who, OFFICE) for who in (ANNA, PEETER))
    wanted = [
        decision("confirm", delegation_id=given),
        decision("end", grant_id=ended),
        decision("confirm", grant_id=kept),
        decision("confirm", grant_id=uuid4()),
    ]

    refused = await decide(front, TIIU, *wanted, key="k")

    assert (refused.status_code, refused.json()["code"]) == (409, "review_refused")
    expected = ["needs_joint_approval", "needs_joint_approval", "unknown"]
    assert refused.json()["refusals"] == expected
    pointers = [each["pointer"] for each in refused.json()["errors"]]
    assert pointers == [
        "/decisions/0/delegation_id",
        "/decisions/2/grant_id",
        "/decisions/3/grant_id",
    ]
    (row,) = rows(
        front.database,
        "SELECT upper_inf(validity) AS lasts FROM access_grant WHERE id = :id",
        id=ended,
    )
    assert row.lasts
    (review,) = rows(front.database, "SELECT state FROM departure_review")
    assert review.state == "open"


async def test_joint_6_what_one_proposes_to_keep_is_kept_once_the_others_confirmed(
    front: Front, given: UUID
) -> None:
    path, body = f"{REVIEW}/keep", {"delegation_ids": [str(given)]}
    tiiu = person_token(TIIU)

    for who in (KATI, PEETER):
        refused = await front.post(path, person_token(who), body, idempotency_key=str(uuid4()))
        assert refused.status_code == 404
    opened = (await front.post(path, tiiu, body, idempotency_key="k")).json()
    assert opened["kind"] == "delegations_keep"
    assert (await front.get(REVIEW, tiiu)).json()["departures"] != []
    seen = {"digest": opened["digest"], "template_version": 1, "language": "en"}
    confirm = f"/v1/approvals/{opened['id']}/confirm"
    await front.post(confirm, person_token(JAAN), seen, idempotency_key="k")
    approvals.conclude(front.database, UUID(opened["id"]))

    page = (await front.get(REVIEW, person_token(JAAN))).json()
    assert page["departures"] == []
    assert [each["confirmed_at"] for each in page["items"] if each["delegation_id"] == str(given)]
    (row,) = rows(front.database, "SELECT confirmed_by, confirmed_jointly FROM delegation")
    assert (row.confirmed_by, row.confirmed_jointly) == (front.id_of(TIIU), True)


async def test_joint_6_the_portal_confirms_no_more_for_a_joint_member(
    front: Front, given: UUID
) -> None:
    path, wanted = f"{REVIEW}/decisions", {"decisions": [decision("confirm", delegation_id=given)]}
    on_behalf_of = str(front.id_of(TIIU))

    refused = await front.post(path, PORTAL, wanted, on_behalf_of=on_behalf_of, idempotency_key="k")

    assert refused.json()["refusals"] == ["needs_joint_approval"]


async def test_joint_6_a_joint_member_bars_alone_and_does_not_lift_alone(front: Front) -> None:
    proof = prove(front.database, ANNA, NUMBER)
    (grant,) = rows(front.database, "SELECT id FROM access_grant WHERE proof = :p", p=proof)

    done = await decide(front, TIIU, decision("end", grant_id=grant.id))
    (bar,) = done.json()["bars"]
    lift = f"{BARS}/{bar}/lift"
    refused = [await front.post(lift, person_token(who)) for who in (TIIU, JAAN)]
    stranger = await front.post(lift, person_token(PEETER))

    assert {each.json()["code"] for each in refused} == {"needs_joint_approval"}
    assert stranger.status_code == 404
    shown = (await front.get(BARS, SUPPORT)).json()["items"]
    assert [each["id"] for each in shown] == [bar]
