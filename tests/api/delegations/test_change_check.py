"""page.7: how other terms would come to count, and what goes with them, before they are sent."""

from typing import Any

import pytest

from domain.identifiers import PersonKey
from tests.builders.days import DAY, today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    Given,
    accepted,
    given,
    offered,
    renewed,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.proposals import confirmed, proposed
from tests.builders.rows import rows
from tests.clients.api_client import Front, person_token
from tests.clients.delegating import post

PAYS, VIEWS = "invoice:pay", "invoice:view"


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


def wanted(*permissions: str, last: int = 30, **more: Any) -> dict[str, Any]:
    return {
        "permissions": list(permissions),
        "from_day": today().isoformat(),
        "through_day": (today() + last * DAY).isoformat(),
    } | more


async def check(
    front: Front, delegation: Given, who: PersonKey, body: dict[str, Any]
) -> dict[str, Any]:
    answer = await post(front, f"/v1/delegations/{delegation.id}/change/check", who, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_page_7_what_gives_less_counts_at_once_and_says_what_hangs_on_it(
    front: Front,
) -> None:
    database = front.database
    parent = given(database, MARI, JAAN, OFFICE, terms(PAYS, VIEWS, may_pass_on=True))
    child = given(database, JAAN, KATI, OFFICE, terms(PAYS, last=20), parent=parent.id)
    ends = given(database, JAAN, TIIU, OFFICE, terms(VIEWS, last=9), parent=parent.id)
    before = rows(database, "SELECT * FROM delegation_version ORDER BY id")

    shorter = await check(front, parent, MARI, wanted(PAYS, VIEWS, last=9, may_pass_on=True))
    less = await check(front, parent, MARI, wanted(PAYS, may_pass_on=True))
    same = await check(front, child, JAAN, wanted(PAYS, last=20))

    assert (shorter["way"], shorter["allowed"]) == ("at_once", True)
    assert shorter["delegation_ids"] == [str(child.id)]
    assert shorter["person_ids"] == [str(front.id_of(KATI))]
    assert less["delegation_ids"] == [str(ends.id)]
    assert (same["way"], same["person_ids"]) == ("at_once", [])
    assert rows(database, "SELECT * FROM delegation_version ORDER BY id") == before


async def test_page_7_what_gives_more_is_accepted_or_first_confirmed(front: Front) -> None:
    alone = given(front.database, MARI, JAAN, OFFICE)
    new = proposed(front.database, TIIU, ANNA, OTHER)
    together = accepted(front.database, confirmed(front.database, new), ANNA)

    longer = wanted("usage:view", last=90)
    assert (await check(front, alone, MARI, longer))["way"] == "accepted"
    assert (await check(front, together, TIIU, longer))["way"] == "confirmed"
    assert (await check(front, together, TIIU, wanted(PAYS, last=9)))["way"] == "at_once"


async def test_page_7_what_is_wrong_with_other_terms_is_said(front: Front) -> None:
    parent = given(front.database, MARI, JAAN, OFFICE, terms(PAYS, may_pass_on=True))
    child = given(front.database, JAAN, KATI, OFFICE, terms(PAYS), parent=parent.id)

    past = await check(front, parent, MARI, wanted(PAYS, last=-1))
    beyond = await check(front, child, JAAN, wanted(PAYS, last=90))

    assert not past["allowed"]
    assert [each["code"] for each in past["refusals"]] == ["through_before_from"]
    assert beyond["way"] == "accepted"
    assert [each["code"] for each in beyond["refusals"]] == ["beyond_parent_dates"]


async def test_page_7_who_may_not_change_it_is_told_nothing_by_a_check(front: Front) -> None:
    delegation = given(front.database, MARI, JAAN, OFFICE)
    path = f"/v1/delegations/{delegation.id}/change/check"

    stranger = await post(front, path, KATI, wanted(PAYS, last=9))
    receiver = await post(front, path, JAAN, wanted(PAYS, last=9))

    assert (stranger.status_code, receiver.status_code) == (404, 404)


async def test_page_7_the_list_says_what_the_reader_may_change(front: Front) -> None:
    database = front.database
    manages = {"access:manage", "access:view", PAYS}
    parent = given(database, MARI, ANNA, OFFICE, terms(*manages, may_pass_on=True))
    child = given(database, ANNA, KATI, OFFICE, terms(PAYS), parent=parent.id)
    new = proposed(database, TIIU, ANNA, OTHER, terms("access:view"))
    joint = accepted(database, confirmed(database, new), ANNA)

    async def listed(who: PersonKey, on: Any = OFFICE) -> dict[str, tuple[bool, list[str]]]:
        found = await front.get(f"/v1/accounts/{on.id}/people", person_token(who))
        items = found.json()["items"]
        return {each["person_id"]: (each["you"], each["may_change"]) for each in items}

    async def authority(who: PersonKey, on: Any = OFFICE) -> str | None:
        found: dict[str, str | None] = (
            await front.get(f"/v1/accounts/{on.id}", person_token(who))
        ).json()
        return found["manages_as"]

    mari, anna, kati = (str(front.id_of(who)) for who in (MARI, ANNA, KATI))
    assert await listed(MARI) == {
        mari: (True, []),
        anna: (False, [str(parent.id)]),
        kati: (False, [str(child.id)]),
    }
    assert await listed(ANNA) == {
        mari: (False, []),
        anna: (True, []),
        kati: (False, [str(child.id)]),
    }
    assert (await listed(JAAN, OTHER))[anna] == (False, [str(joint.id)])
    assert await authority(MARI) == "register"
    assert await authority(ANNA) is None
    assert await authority(JAAN, OTHER) == "joint"


async def test_page_7_what_is_not_in_force_yet_is_listed_by_itself(front: Front) -> None:
    database = front.database
    given(database, MARI, ANNA, OFFICE)
    new = offered(database, MARI, JAAN, OFFICE)
    later = given(database, MARI, KATI, OFFICE, terms(first=5))
    longer = renewed(database, given(database, MARI, TIIU, OFFICE), MARI, terms(last=90))
    path = f"/v1/accounts/{OFFICE.id}/delegations?waiting=true"

    found = (await front.get(path, person_token(MARI))).json()["items"]

    assert {each["id"] for each in found} == {str(each.id) for each in (new, later, longer)}
