"""deleg.17: people give, accept, pass on, narrow and take back over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts import AccountStatus
from domain.identifiers import PersonKey
from tests.builders.days import today
from tests.builders.people import JAAN, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Answer, Front, person_token

OFFICE, OWN, OTHER = account(KUUSK), account(PEETER, 2), account(TAMM, 3)
PHONE = service(1, OFFICE)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    put(front.database, OFFICE, OWN, OTHER)
    put_service(front.database, PHONE)
    store_states(front.database, state(sole(MARI)))
    store_states(front.database, together(TIIU, JAAN, of=TAMM))


def terms(**more: Any) -> dict[str, Any]:
    """An accountant from today on, for a year."""
    role = {} if "permissions" in more else {"role": "accountant"}
    return role | {"from_day": today().isoformat()} | more


def to(who: PersonKey, **more: Any) -> dict[str, Any]:
    return terms(**more) | {"receiver": {"country": who.country, "code": who.code}}


async def post(front: Front, path: str, who: PersonKey, body: Any = None, key: str = "") -> Answer:
    return await front.post(path, person_token(who), body, idempotency_key=key or str(uuid4()))


async def offer(
    front: Front, giver: PersonKey, receiver: PersonKey, on: Any = OFFICE, **more: Any
) -> Answer:
    body = to(receiver, **more)
    return await post(front, f"/v1/accounts/{on.id}/delegations", giver, body)


async def accept(front: Front, id_: str, who: PersonKey, version: int = 1) -> Answer:
    return await post(front, f"/v1/delegations/{id_}/accept", who, {"version": version})


async def given(front: Front, receiver: PersonKey, giver: PersonKey = MARI, **more: Any) -> str:
    id_: str = (await offer(front, giver, receiver, **more)).json()["id"]
    assert (await accept(front, id_, receiver)).status_code == 200
    return id_


async def allowed(front: Front, who: PersonKey, permission: str = "invoice:pay") -> dict[str, Any]:
    asked = {"account_id": str(OFFICE.id), "permission": permission}
    answer = await front.post("/v1/access/check", person_token(who), asked)
    found: dict[str, Any] = answer.json()
    return found


async def test_deleg_17_given_accepted_used_and_taken_back(front: Front) -> None:
    offered = await offer(front, MARI, JAAN)
    id_ = offered.json()["id"]
    before = await allowed(front, JAAN)
    mine = await front.get("/v1/me/delegations", person_token(JAAN))
    accepted = await accept(front, id_, JAAN)
    during = await allowed(front, JAAN)
    preview = await front.get(f"/v1/delegations/{id_}/cascade", person_token(MARI))
    revoked = await post(front, f"/v1/delegations/{id_}/revoke", MARI)
    after = await allowed(front, JAAN)

    assert offered.status_code == 201
    assert offered.headers["location"] == f"/v1/delegations/{id_}"
    assert offered.json()["state"] == "awaiting_acceptance"
    assert not before["allowed"]
    assert [each["id"] for each in mine.json()["items"]] == [id_]
    assert (accepted.status_code, accepted.json()["state"]) == (200, "active")
    assert during["allowed"]
    assert during["reasons"][0]["code"] == "delegated"
    assert during["reasons"][0]["facts"]["given_by"] == str(front.id_of(MARI))
    assert preview.json() == {
        "delegation_ids": [id_],
        "person_ids": [str(front.id_of(JAAN))],
        "grants": 1,
        "warnings": [],
    }
    assert revoked.json()["state"] == "ended"
    assert revoked.json()["ended_reason"]["code"] == "delegation_revoked"
    events = rows(front.database, "SELECT id FROM event WHERE kind = 'delegation:ended'")
    assert revoked.json()["event_id"] == events[0].id
    assert not after["allowed"]
    assert "delegation_revoked" in [reason["code"] for reason in after["reasons"]]


async def test_deleg_11_a_typed_code_tells_no_name_before_it_is_accepted(front: Front) -> None:
    known, unknown = await offer(front, MARI, TIIU), await offer(front, MARI, PEETER)
    path = f"/v1/delegations/{known.json()['id']}"
    seen = [
        (await front.get(path, person_token(MARI))).json()["receiver"],
        (await front.get(path, SUPPORT)).json()["receiver"],
    ]
    await accept(front, known.json()["id"], TIIU)
    named = (await front.get(path, person_token(MARI))).json()["receiver"]

    assert known.json()["receiver"] == unknown.json()["receiver"]
    assert seen[0] == {"id": None, "name": None, "country": "EE", "code": TIIU.code}
    assert seen[1] == {"id": None, "name": None, "country": None, "code": None}
    assert (named["id"], named["code"]) == (str(front.id_of(TIIU)), None)
    assert named["name"]
    kept = rows(front.database, "SELECT body::text AS body FROM idempotency_key")
    assert not any(TIIU.code in row.body or PEETER.code in row.body for row in kept)


async def test_deleg_11_the_history_tells_no_name_before_it_is_accepted(front: Front) -> None:
    path = f"/v1/accounts/{OFFICE.id}/history"

    async def names(token: str) -> dict[str, str | None]:
        events = (await front.get(path, token)).json()["items"]
        about = [each for each in events if each["kind"].startswith("delegation:")]
        return {each["kind"]: each["person_name"] for each in about}

    offered = (await offer(front, MARI, TIIU)).json()["id"]
    before = await names(person_token(MARI))
    to_staff = await names(SUPPORT)
    await accept(front, offered, TIIU)

    assert before == {"delegation:offered": None}
    assert to_staff["delegation:offered"]
    assert set(await names(person_token(MARI))) == {"delegation:offered", "delegation:accepted"}
    assert all((await names(person_token(MARI))).values())


@pytest.mark.parametrize(
    ("giver", "on", "body", "refusals"),
    [
        pytest.param(JAAN, OFFICE, {}, ["not_allowed_to_give"], id="a-stranger"),
        pytest.param(MARI, OTHER, {}, ["not_allowed_to_give"], id="of-another-company"),
        pytest.param(
            MARI,
            OFFICE,
            {"from_day": "2020-01-01"},
            ["from_in_past", "through_in_past"],
            id="in-the-past",
        ),
        pytest.param(MARI, OFFICE, {"role": "king"}, ["unknown_role"], id="no-such-role"),
        pytest.param(
            MARI,
            OFFICE,
            {"permissions": ["access:manage"]},
            ["manage_needs_pass_on"],
            id="managing",
        ),
    ],
)
async def test_deleg_17_a_refused_delegation_says_every_reason(
    front: Front, giver: PersonKey, on: Any, body: dict[str, Any], refusals: list[str]
) -> None:
    asked = to(PEETER, **body)
    path = f"/v1/accounts/{on.id}/delegations"
    refused = await post(front, path, giver, asked)
    checked = await front.post(f"{path}/check", person_token(giver), asked)

    assert (refused.status_code, refused.json()["code"]) == (409, "delegation_refused")
    assert refused.json()["refusals"] == refusals
    assert not checked.json()["allowed"]
    assert [each["code"] for each in checked.json()["refusals"]] == refusals
    assert rows(front.database, "SELECT FROM delegation") == []


async def test_deleg_17_a_check_changes_nothing(front: Front) -> None:
    path = f"/v1/accounts/{OFFICE.id}/delegations"
    checked = await front.post(f"{path}/check", person_token(MARI), to(JAAN))

    assert checked.json() == {"allowed": True, "refusals": [], "jointly": False}
    assert rows(front.database, "SELECT FROM delegation") == []


async def test_deleg_3_a_company_is_no_receiver(front: Front) -> None:
    path = f"/v1/accounts/{OFFICE.id}/delegations"
    body = terms() | {"receiver": {"country": "EE", "code": TAMM.code}}

    refused = await post(front, path, MARI, body)

    assert refused.json()["refusals"] == ["receiver_is_company"]


async def test_deleg_7_nobody_gives_to_themselves_or_accepts_for_another(front: Front) -> None:
    own = await offer(front, MARI, MARI)
    id_ = (await offer(front, MARI, JAAN)).json()["id"]

    assert own.json()["refusals"] == ["to_yourself"]
    assert (await accept(front, id_, TIIU)).status_code == 404
    assert (await accept(front, id_, MARI)).status_code == 404


async def test_deleg_8_the_portal_takes_away_and_does_not_give(front: Front) -> None:
    id_ = await given(front, JAAN)
    mari = {"on_behalf_of": str(front.id_of(MARI))}
    key = {"idempotency_key": str(uuid4())}

    new = await front.post(f"/v1/accounts/{OFFICE.id}/delegations", PORTAL, to(TIIU), **mari, **key)
    ended = await front.post(f"/v1/delegations/{id_}/revoke", PORTAL, None, **mari, **key)

    assert new.status_code == 403
    assert ended.json()["state"] == "ended"


async def test_deleg_8_the_same_key_answers_the_same(front: Front) -> None:
    path = f"/v1/accounts/{OFFICE.id}/delegations"
    first = await post(front, path, MARI, to(JAAN), key="one")
    again = await post(front, path, MARI, to(JAAN), key="one")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(rows(front.database, "SELECT FROM delegation")) == 1


async def test_deleg_4_passed_on_within_what_was_given(front: Front) -> None:
    parent = await given(front, JAAN, may_pass_on=True)
    wide = await post(
        front, f"/v1/delegations/{parent}/pass-on", JAAN, to(TIIU, role="administrator")
    )
    child = await post(front, f"/v1/delegations/{parent}/pass-on", JAAN, to(TIIU))
    stranger = await post(front, f"/v1/delegations/{parent}/pass-on", PEETER, to(TIIU))
    await accept(front, child.json()["id"], TIIU)
    before = await allowed(front, TIIU)
    await post(front, f"/v1/delegations/{parent}/waive", JAAN)

    assert "beyond_parent_permissions" in wide.json()["refusals"]
    assert stranger.status_code == 404
    assert child.json()["basis"]["kind"] == "delegation"
    assert before["allowed"]
    assert not (await allowed(front, TIIU))["allowed"]


async def test_deleg_8_narrowed_at_once_and_widened_by_acceptance(front: Front) -> None:
    id_ = await given(front, JAAN)
    path = f"/v1/delegations/{id_}"
    view = terms(permissions=["invoice:view"])
    narrowed = await post(front, f"{path}/change", MARI, view)
    without = await allowed(front, JAAN)
    wider = await post(front, f"{path}/change", MARI, terms())
    renewed = await post(front, f"{path}/renew", MARI, terms())
    still_without = await allowed(front, JAAN)
    stale = await accept(front, id_, JAAN, version=1)
    accepted = await accept(front, id_, JAAN, renewed.json()["offer"]["terms"]["version"])

    assert narrowed.json()["terms"]["permissions"] == ["invoice:view"]
    assert not without["allowed"]
    assert wider.json()["refusals"] == ["not_narrower"]
    assert renewed.json()["state"] == "active"
    assert not still_without["allowed"]
    assert (stale.status_code, stale.json()["refusals"]) == (409, ["not_open"])
    assert accepted.status_code == 200
    assert (await allowed(front, JAAN))["allowed"]


async def test_deleg_11_who_declines_is_forgotten(front: Front) -> None:
    id_ = (await offer(front, MARI, PEETER, on=OFFICE)).json()["id"]
    other = (await offer(front, MARI, JAAN)).json()["id"]

    declined = await post(front, f"/v1/delegations/{id_}/decline", PEETER)
    again = await post(front, f"/v1/delegations/{id_}/decline", PEETER)
    withdrawn = await post(front, f"/v1/delegations/{other}/withdraw", MARI)

    assert (declined.status_code, again.status_code) == (204, 404)
    assert withdrawn.json()["state"] == "withdrawn"
    found = rows(front.database, "SELECT receiver_id FROM delegation")
    assert [row.receiver_id for row in found] == [None, None]
    shown = await front.get(f"/v1/delegations/{id_}", person_token(MARI))
    assert shown.json()["receiver"] == {"id": None, "name": None, "country": None, "code": None}


async def test_deleg_17_lists_tell_each_their_own(front: Front) -> None:
    first, second = await given(front, JAAN), await given(front, TIIU)
    await post(front, f"/v1/delegations/{first}/revoke", MARI)
    listed = f"/v1/accounts/{OFFICE.id}/delegations"

    async def ids(path: str, token: str) -> set[str]:
        return {each["id"] for each in (await front.get(path, token)).json()["items"]}

    assert await ids(listed, person_token(MARI)) == {second}
    assert await ids(f"{listed}?ended_too=true", OPS) == {first, second}
    assert await ids("/v1/me/delegations?side=given", person_token(MARI)) == {first, second}
    assert await ids("/v1/me/delegations?side=received", person_token(JAAN)) == {first}
    assert await ids("/v1/me/delegations", person_token(JAAN)) == set()
    page = await front.get(f"{listed}?ended_too=true&limit=1", OPS)
    rest = await front.get(f"{listed}?ended_too=true&after={page.json()['next']}", OPS)
    assert {page.json()["items"][0]["id"], rest.json()["items"][0]["id"]} == {first, second}


@pytest.mark.parametrize("verb", ["revoke", "waive", "withdraw", "decline", "change", "renew"])
async def test_deleg_17_strangers_find_nothing(front: Front, verb: str) -> None:
    id_ = await given(front, JAAN)
    body = terms() if verb in {"change", "renew"} else None

    answer = await post(front, f"/v1/delegations/{id_}/{verb}", PEETER, body)
    read = await front.get(f"/v1/delegations/{id_}", person_token(PEETER))
    listed = await front.get(f"/v1/accounts/{OFFICE.id}/delegations", person_token(PEETER))

    assert (answer.status_code, answer.json().get("refusals")) == (404, None)
    assert (read.status_code, listed.status_code) == (404, 404)
    assert (await allowed(front, JAAN))["allowed"]


async def test_deleg_5_a_closed_account_ends_what_was_given_on_it(front: Front) -> None:
    id_ = await given(front, JAAN)

    put(front.database, account(KUUSK, status=AccountStatus.CLOSED))

    shown = (await front.get(f"/v1/delegations/{id_}", SUPPORT)).json()
    assert (shown["state"], shown["ended_reason"]["code"]) == ("ended", "delegation_account_closed")


async def test_deleg_9_dates_alone_begin_and_end_it(front: Front) -> None:
    later = (today() + 2 * DAY).isoformat()
    id_ = await given(front, JAAN, from_day=later, through_day=later)
    path = f"/v1/delegations/{id_}"
    scheduled = (await front.get(path, person_token(JAAN))).json()

    assert scheduled["state"] == "scheduled"
    assert not (await allowed(front, JAAN))["allowed"]


async def test_deleg_11_the_history_does_not_tell_who_an_offer_is_for(front: Front) -> None:
    """Tiiu is known by name, from the register: to a giver who types her code, she is not."""
    id_ = (await offer(front, MARI, TIIU)).json()["id"]
    path = f"/v1/accounts/{OFFICE.id}/history"

    async def named(token: str) -> list[bool]:
        items = (await front.get(path, token)).json()["items"]
        about = [each for each in items if each["subject_id"] == id_]
        return [each["person_id"] is not None and bool(each["person_name"]) for each in about]

    assert await named(person_token(MARI)) == [False]
    assert await named(SUPPORT) == [True]
    await accept(front, id_, TIIU)
    assert await named(person_token(MARI)) == [True, True]


async def test_deleg_8_who_passed_on_several_takes_back_each(front: Front) -> None:
    """Jaan may pass on two delegations: whichever his grants name first, each is his to manage."""
    parents = [
        await given(front, JAAN, permissions=["invoice:pay"], may_pass_on=True),
        await given(front, JAAN, permissions=["invoice:view"], may_pass_on=True),
    ]
    children = []
    for parent, permission in zip(parents, ["invoice:pay", "invoice:view"], strict=True):
        wanted = to(TIIU, permissions=[permission])
        passed_on = await post(front, f"/v1/delegations/{parent}/pass-on", JAAN, wanted)
        children.append(passed_on.json()["id"])

    answers = [await post(front, f"/v1/delegations/{id_}/revoke", JAAN) for id_ in children]

    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("year", [9994, 9995, 9998, 9999])
@pytest.mark.parametrize("path", ["", "/check"])
async def test_deleg_3_a_far_year_is_refused(front: Front, year: int, path: str) -> None:
    body = to(JAAN, from_day=f"{year}-12-31")

    answer = await post(front, f"/v1/accounts/{OFFICE.id}/delegations{path}", MARI, body)

    refusals = answer.json()["refusals"]
    codes = [each["code"] for each in refusals] if path else refusals
    assert answer.status_code == (200 if path else 409)
    assert "from_too_far" in codes


async def test_deleg_6_a_new_owner_sees_nobody_to_whom_the_owner_before_gave(front: Front) -> None:
    """Not in lists, by id, through what ended with the change, nor by trying to take it back."""
    ended = await given(front, TIIU, PEETER, on=OWN)
    await post(front, f"/v1/delegations/{ended}/revoke", PEETER)
    held = await given(front, TIIU, PEETER, on=OWN, may_pass_on=True)
    child = to(JAAN, permissions=["invoice:view"])
    passed_on = (await post(front, f"/v1/delegations/{held}/pass-on", TIIU, child)).json()["id"]
    await accept(front, passed_on, JAAN)
    offered = (await offer(front, PEETER, MARI, on=OWN)).json()["id"]

    put(front.database, account(MARI, 2))

    new, old = person_token(MARI), (ended, held, passed_on, offered)
    lists = f"/v1/accounts/{OWN.id}/delegations?ended_too=true"
    listed = (await front.get(lists, new)).json()["items"]
    by_staff = (await front.get(lists, SUPPORT)).json()["items"]
    read = [
        await front.get(f"/v1/delegations/{id_}{path}", new)
        for id_ in (ended, held, passed_on)
        for path in ("", "/cascade")
    ]
    tried = [
        await post(front, f"/v1/delegations/{id_}/{what}", MARI, body)
        for id_ in old[:3]
        for what, body in (("revoke", None), ("withdraw", None), ("change", terms()))
    ]
    history = (await front.get(f"/v1/accounts/{OWN.id}/history", new)).json()["items"]
    events = rows(front.database, "SELECT id FROM event WHERE account_id = :id", id=OWN.id)
    seen = {event["id"] for event in history}
    single = [await front.get(f"/v1/events/{e.id}", new) for e in events if e.id not in seen]

    assert listed == []
    assert {each["id"] for each in by_staff} == set(old)
    assert [answer.status_code for answer in (*read, *tried)] == [404] * 15
    assert [event["kind"] for event in history] == ["grant:started"]
    assert not {str(front.id_of(who)) for who in (PEETER, TIIU, JAAN)} & set(
        str(history).split("'")
    )
    about_mari = [answer.json() for answer in single if answer.status_code == 200]
    assert {event["person_id"] for event in about_mari} <= {str(front.id_of(MARI))}
    assert (await front.get(f"/v1/delegations/{held}", person_token(TIIU))).status_code == 200
