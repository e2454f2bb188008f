"""deleg.16: everyone with access, in one list, and what the owner's side decides about it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders import delegations
from tests.builders.days import today
from tests.builders.delegations import (
    Given,
    terms,
)
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proofs import prove
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import account, give, history, put, put_service, rows, service
from tests.builders.rows import store_states as store
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Answer, Front, person_token

NUMBER, OTHER_NUMBER = "+37255500001", "+37255500002"
OFFICE, OWN, OTHER = account(KUUSK), account(PEETER, 2), account(TAMM, 3)
PHONE = service(1, OFFICE, phone=NUMBER)
TABLET = service(2, OFFICE, phone=OTHER_NUMBER)
REVIEW = f"/v1/accounts/{OFFICE.id}/review"
OWN_REVIEW = f"/v1/accounts/{OWN.id}/review"
BARS = f"/v1/accounts/{OFFICE.id}/bars"
Body = dict[str, Any]


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    put(front.database, OFFICE, OWN, OTHER)
    put_service(front.database, PHONE, TABLET)
    store(front.database, state(sole(MARI)), together(TIIU, JAAN, of=TAMM))


async def review(front: Front, who: PersonKey = MARI, path: str = REVIEW) -> list[Body]:
    answer = await front.get(path, person_token(who))
    assert answer.status_code == 200
    items: list[Body] = answer.json()["items"]
    return items


async def decide(
    front: Front,
    *decisions: Body,
    who: PersonKey = MARI,
    path: str = REVIEW,
    key: str = "",
    language: str = "en",
) -> Answer:
    return await front.post(
        f"{path}/decisions",
        person_token(who),
        {"decisions": [*decisions]},
        idempotency_key=key or str(uuid4()),
        accept_language=language,
    )


def confirm(**what: object) -> Body:
    return _decision("confirm", what)


def end(**what: object) -> Body:
    return _decision("end", what)


def shorten(through: date, **what: object) -> Body:
    return _decision("shorten", what) | {"through_day": through.isoformat()}


def _decision(decision: str, what: dict[str, object]) -> Body:
    return {"decision": decision} | {name: str(value) for name, value in what.items()}


def of(items: list[Body], front: Front, who: PersonKey) -> Body:
    (found,) = [each for each in items if each["person_id"] == str(front.id_of(who))]
    return found


def delegated(front: Front, receiver: PersonKey, **more: Any) -> Given:
    return delegations.given(front.database, MARI, receiver, OFFICE, terms(**more))


def proved(front: Front, who: PersonKey, number: str = NUMBER) -> UUID:
    """Prove the number; returns the grant."""
    proof = prove(front.database, who, number)
    (row,) = rows(front.database, "SELECT id FROM access_grant WHERE proof = :proof", proof=proof)
    id_: UUID = row.id
    return id_


async def allowed(front: Front, who: PersonKey, on: Any = PHONE) -> list[str] | bool:
    """True, or the codes of why not."""
    asked = {
        "account_id": str(OFFICE.id),
        "permission": "usage:view",
        "service_id": str(on.id),
    }
    answer = (await front.post("/v1/access/check", person_token(who), asked)).json()
    return answer["allowed"] or [reason["code"] for reason in answer["reasons"]]


async def test_deleg_16_everyone_is_there_with_where_it_comes_from(front: Front) -> None:
    given = delegated(front, TIIU, last=30)
    by_number = proved(front, JAAN)
    by_operator = give(front.database, KATI, OFFICE)
    assert await allowed(front, JAAN)
    front.app.state.parts.uses.flush(front.database)

    items = await review(front)

    assert len(items) == 4
    register = of(items, front, MARI)
    assert register["given_by"] == {"kind": "register", "id": None, "name": None}
    assert (register["may"], register["how_to_change"]["code"]) == ([], "change_in_register")
    tiiu = of(items, front, TIIU)
    assert (tiiu["delegation_id"], tiiu["may"]) == (str(given.id), ["confirm", "shorten", "end"])
    assert tiiu["given_by"]["id"] == str(front.id_of(MARI))
    assert tiiu["given_by"]["name"]
    assert tiiu["grant"]["until"]
    jaan = of(items, front, JAAN)
    assert (jaan["grant"]["id"], jaan["may"]) == (str(by_number), ["end"])
    assert jaan["grant"]["service_id"] == str(PHONE.id)
    assert (jaan["given_by"]["kind"], jaan["last_used"]) == ("proved_number", today().isoformat())
    kati = of(items, front, KATI)
    assert (kati["grant"]["id"], kati["given_by"]["kind"]) == (str(by_operator), "operator")
    assert (kati["last_used"], kati["confirmed_at"]) == (None, None)


async def test_deleg_16_the_review_is_for_who_manages_in_the_owners_name(front: Front) -> None:
    manages = terms("access:manage", "access:view", may_pass_on=True)
    delegations.given(front.database, MARI, TIIU, OFFICE, manages)
    grant = give(front.database, KATI, OFFICE, "administrator")
    mari, peeter = str(front.id_of(MARI)), str(front.id_of(PEETER))

    for who in (TIIU, KATI, JAAN):
        assert (await front.get(REVIEW, person_token(who))).status_code == 404
        assert (await front.get(BARS, person_token(who))).status_code == 404
        assert (await decide(front, end(grant_id=grant), who=who)).status_code == 404
    unknown = f"/v1/accounts/{uuid4()}/review"
    for token in (person_token(MARI), SUPPORT, OPS):
        assert (await front.get(unknown, token)).status_code == 404
        assert (await front.get(REVIEW, token)).status_code == 200
    assert (await front.get(REVIEW, PORTAL, on_behalf_of=mari)).status_code == 200
    assert (await front.get(REVIEW, PORTAL, on_behalf_of=peeter)).status_code == 404
    assert (await front.get(OWN_REVIEW, person_token(PEETER))).status_code == 200


async def test_deleg_16_what_a_proved_number_gave_is_ended_and_stays_barred(front: Front) -> None:
    grant, other = proved(front, JAAN), proved(front, JAAN, OTHER_NUMBER)

    done = await decide(front, end(grant_id=grant))

    (bar,) = done.json()["bars"]
    assert done.json()["grants_ended"] == sorted([str(grant), str(other)])
    prove(front.database, JAAN, NUMBER)
    prove(front.database, TIIU, NUMBER)
    assert await allowed(front, JAAN) == ["no_access", "ended_in_review", "access_barred"]
    assert await allowed(front, TIIU) is True
    (shown,) = (await front.get(REVIEW, person_token(MARI))).json()["bars"]
    assert (shown["id"], shown["person_id"]) == (bar, str(front.id_of(JAAN)))
    assert shown["begun_by"] == str(front.id_of(MARI))
    assert [each["id"] for each in (await front.get(BARS, SUPPORT)).json()["items"]] == [bar]

    lift = f"{BARS}/{bar}/lift"
    assert (await front.post(lift, person_token(TIIU))).status_code == 404
    elsewhere = lift.replace(str(OFFICE.id), str(OWN.id))
    assert (await front.post(elsewhere, person_token(PEETER))).status_code == 404
    assert (await front.post(lift, PORTAL, on_behalf_of=str(front.id_of(MARI)))).status_code == 403
    assert (await front.post(lift, person_token(MARI))).status_code == 204
    assert (await front.post(lift, person_token(MARI))).status_code == 204
    assert await allowed(front, JAAN) is not True
    prove(front.database, JAAN, NUMBER)
    assert await allowed(front, JAAN) is True
    assert (await front.get(REVIEW, person_token(MARI))).json()["bars"] == []


async def test_deleg_16_confirming_shortening_and_ending_many_at_once(front: Front) -> None:
    kept, shorter, gone = (delegated(front, who) for who in (TIIU, JAAN, KATI))
    keeps, shortens, goes = (give(front.database, who, OFFICE) for who in (ANNA, PEETER, TIIU))
    week = today() + timedelta(days=7)

    done = await decide(
        front,
        confirm(delegation_id=kept.id),
        shorten(week, delegation_id=shorter.id),
        end(delegation_id=gone.id),
        confirm(grant_id=keeps),
        shorten(week, grant_id=shortens),
        end(grant_id=goes),
    )

    assert done.status_code == 200, done.text
    assert done.json()["delegations_ended"] == [str(gone.id)]
    assert str(goes) in done.json()["grants_ended"]
    items = await review(front)
    assert of(items, front, ANNA)["confirmed_at"]
    assert of(items, front, TIIU)["confirmed_at"]
    assert of(items, front, TIIU)["delegation_id"] == str(kept.id)
    ends = {of(items, front, who)["grant"]["until"] for who in (JAAN, PEETER)}
    assert len(ends) == 1
    assert await allowed(front, KATI) == ["no_access", "delegation_revoked"]
    kinds = history(front.database)
    assert {"grant:confirmed", "grant:shortened", "delegation:confirmed"} <= set(kinds)
    told = {
        (row.code, row.kind)
        for row in rows(
            front.database,
            "SELECT p.code, n.kind FROM notice n JOIN person p ON p.id = n.person_id",
        )
    }
    assert {(TIIU.code, "access_ended"), (PEETER.code, "access_shortened")} <= told
    assert (KATI.code, "delegation_revoked") in told


async def test_deleg_16_all_of_the_decisions_or_none(front: Front) -> None:
    given, by_number = delegated(front, TIIU), proved(front, JAAN)
    by_operator, own = give(front.database, KATI, OFFICE), give(front.database, ANNA, OTHER)
    items = await review(front)
    register, delegate = (of(items, front, who)["grant"]["id"] for who in (MARI, TIIU))
    wrong = [
        (end(grant_id=by_operator), None, None),
        (end(grant_id=register), "grant_id", "by_register"),
        (end(grant_id=delegate), "grant_id", "delegated"),
        (confirm(grant_id=by_number), "grant_id", "only_end"),
        (confirm(grant_id=own), "grant_id", "unknown"),
        (end(delegation_id=uuid4()), "delegation_id", "unknown"),
        (confirm(grant_id=by_operator), "grant_id", "named_twice"),
        (shorten(today() + timedelta(days=99), delegation_id=given.id), "through_day", None),
    ]
    wrong[-1] = (*wrong[-1][:2], "not_shorter")

    key = str(uuid4())
    decisions = [each for each, *_ in wrong]
    refused = await decide(front, *decisions, key=key)
    again = await decide(front, *decisions, key=key, language="et")

    assert (refused.status_code, refused.json()["code"]) == (409, "review_refused")
    expected = [(f"/decisions/{n}/{f}", code) for n, (_, f, code) in enumerate(wrong) if code]
    pointers = [each["pointer"] for each in refused.json()["errors"]]
    assert [*zip(pointers, refused.json()["refusals"], strict=True)] == expected
    assert refused.json()["errors"][0]["message"].startswith("The register")
    assert again.json()["errors"][0]["message"].startswith("Selle annab register")
    assert len(await review(front)) == len(items)
    assert await allowed(front, KATI) is True


async def test_deleg_16_past_days_and_ended_access_are_refused(front: Front) -> None:
    given, grant = delegated(front, TIIU), give(front.database, KATI, OFFICE)
    yesterday = today() - timedelta(days=1)

    past = await decide(
        front, shorten(yesterday, delegation_id=given.id), shorten(yesterday, grant_id=grant)
    )
    await decide(front, end(delegation_id=given.id), end(grant_id=grant))
    over = await decide(front, end(delegation_id=given.id), confirm(grant_id=grant))

    assert past.json()["refusals"] == ["through_in_past"] * 2
    assert over.json()["refusals"] == ["unknown"] * 2


@pytest.mark.parametrize(
    "decision",
    [
        {"decision": "end"},
        {"decision": "end", "grant_id": str(uuid4()), "delegation_id": str(uuid4())},
        {"decision": "shorten", "grant_id": str(uuid4())},
        {"decision": "end", "grant_id": str(uuid4()), "through_day": "2099-01-01"},
    ],
)
async def test_deleg_16_a_decision_names_one_thing_and_a_day_where_it_shortens(
    front: Front, decision: Body
) -> None:
    answer = await decide(front, decision)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/decisions/0"


async def test_deleg_16_what_was_passed_on_ends_with_it(front: Front) -> None:
    parent = delegated(front, TIIU, may_pass_on=True)
    child = delegations.given(front.database, TIIU, JAAN, OFFICE, terms(last=20), parent=parent.id)

    shown = of(await review(front), front, JAAN)
    done = await decide(front, end(delegation_id=parent.id))

    assert shown["given_by"]["id"] == str(front.id_of(TIIU))
    assert done.json()["delegations_ended"] == sorted([str(parent.id), str(child.id)])
    assert len(await review(front)) == 1


async def test_deleg_16_owners_keep_the_access_to_their_own_account(front: Front) -> None:
    given = delegations.given(front.database, PEETER, TIIU, OWN)
    items = await review(front, PEETER, OWN_REVIEW)
    own = of(items, front, PEETER)

    refused = await decide(front, end(grant_id=own["grant"]["id"]), who=PEETER, path=OWN_REVIEW)
    done = await decide(front, end(delegation_id=given.id), who=PEETER, path=OWN_REVIEW)

    assert (own["may"], own["how_to_change"]["code"]) == ([], "change_of_owner")
    assert refused.json()["refusals"] == ["own_account"]
    assert done.status_code == 200
    assert len(await review(front, PEETER, OWN_REVIEW)) == 1


async def test_deleg_16_what_is_frozen_is_shown_to_staff_only(front: Front) -> None:
    give(front.database, KATI, OFFICE)
    freeze(front.database, KATI)

    assert len(await review(front)) == 1
    to_staff = (await front.get(REVIEW, SUPPORT)).json()["items"]
    assert of(to_staff, front, KATI)["suspended"]
    assert not of(to_staff, front, MARI)["suspended"]


async def test_deleg_16_pages_show_each_grant_once(front: Front) -> None:
    for who in (JAAN, TIIU, KATI):
        give(front.database, who, OFFICE)
        give(front.database, who, OFFICE, "accountant")
    shown, path = list[str](), f"{REVIEW}?limit=2"
    while path:
        answer = await front.get(path, person_token(MARI))
        shown += [each["grant"]["id"] for each in answer.json()["items"]]
        next_ = answer.json()["next"]
        path = f"{REVIEW}?limit=2&after={next_}" if next_ else ""

    assert len(shown) == len(set(shown)) == 7


async def test_deleg_5_what_a_giver_left_behind_stands_on_top_until_it_is_decided(
    front: Front,
) -> None:
    kept, gone = delegated(front, KATI), delegated(front, JAAN)
    store(front.database, state(sole(TIIU), minute=1))

    page = (await front.get(REVIEW, person_token(TIIU))).json()
    (departure,) = page["departures"]
    assert (departure["giver_id"], bool(departure["giver_name"])) == (str(front.id_of(MARI)), True)
    assert departure["delegation_ids"] == sorted([str(kept.id), str(gone.id)])

    done = await decide(front, confirm(delegation_id=kept.id), end(delegation_id=gone.id), who=TIIU)
    after = (await front.get(REVIEW, person_token(TIIU))).json()

    assert done.status_code == 200
    assert after["departures"] == []
    assert of(after["items"], front, KATI)["confirmed_at"]
    (row,) = rows(front.database, "SELECT state FROM departure_review")
    assert row.state == "completed"


async def test_deleg_16_the_portal_decides_for_the_person_and_it_is_known_who(
    front: Front,
) -> None:
    grant, mari = give(front.database, KATI, OFFICE), str(front.id_of(MARI))

    done = await front.post(
        f"{REVIEW}/decisions",
        PORTAL,
        {"decisions": [end(grant_id=grant)]},
        on_behalf_of=mari,
        idempotency_key="k",
    )

    assert done.status_code == 200
    (event,) = rows(front.database, "SELECT actor FROM event WHERE kind = 'grant:ended'")
    assert (event.actor["kind"], event.actor["for"]) == ("portal", mari)
