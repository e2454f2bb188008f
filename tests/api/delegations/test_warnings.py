"""deleg.7: the last person who can manage access is warned, before and when it is taken away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from domain.identifiers import PersonKey
from domain.rates import Rate
from storage.access.managers import managers_left
from storage.database import Database
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    Given,
    given,
    set_up_customers,
    terms,
)
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import joint, state, together
from tests.builders.rows import give, grant_ids, store_states
from tests.clients.api_client import OFFERS, SUPPORT, Front, person_token

P = Permission
MANAGING = frozenset({P.ACCESS_MANAGE, P.ACCESS_VIEW, P.INVOICE_PAY, P.INVOICE_VIEW})
Body = dict[str, Any]


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)


def manager(front: Front, who: PersonKey = ANNA, **more: Any) -> Given:
    return given(front.database, MARI, who, OFFICE, terms(*MANAGING, may_pass_on=True, **more))


def mari_leaves(front: Front) -> None:
    """The register lets Mari act alone no more; what she gave stands."""
    store_states(front.database, state(joint(MARI), minute=1))


async def post(
    front: Front, delegation: Given, what: str, who: PersonKey, body: Any = None, **more: str
) -> Body:
    path = f"/v1/delegations/{delegation.id}/{what}"
    answer = await front.post(path, person_token(who), body, idempotency_key=str(uuid4()), **more)
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


async def preview(front: Front, delegation: Given, token: str) -> list[str]:
    answer = await front.get(f"/v1/delegations/{delegation.id}/cascade", token)
    return codes(answer.json())


def codes(body: Body) -> list[str]:
    return [each["code"] for each in body["warnings"]]


async def test_deleg_7_the_last_manager_is_warned_before_and_when_giving_it_up(
    front: Front,
) -> None:
    delegation = manager(front)
    mari_leaves(front)

    before = await preview(front, delegation, person_token(ANNA))
    looked = await preview(front, delegation, SUPPORT)
    waived = await post(front, delegation, "waive", ANNA, accept_language="et")

    assert before == codes(waived) == ["last_manager", "own_right_ends"]
    assert looked == ["last_manager"]
    assert waived["warnings"][0]["text"] == (
        "Pärast seda ei saa keegi selle kliendikonto ligipääse hallata"
    )
    assert waived["state"] == "ended"


async def test_deleg_7_where_others_manage_one_only_loses_the_own_right(front: Front) -> None:
    delegation = manager(front)

    before = await preview(front, delegation, person_token(MARI))
    waived = await post(front, delegation, "waive", ANNA)

    assert (before, codes(waived)) == ([], ["own_right_ends"])


async def test_deleg_7_taking_back_what_manages_nothing_needs_no_warning(front: Front) -> None:
    delegation = given(front.database, MARI, ANNA, OFFICE)
    manages = manager(front, KATI)

    revoked = await post(front, delegation, "revoke", MARI)
    other = await post(front, manages, "revoke", MARI)

    assert (revoked["warnings"], other["warnings"]) == ([], [])


async def test_deleg_7_a_giver_who_left_is_not_told_who_manages_it_now(front: Front) -> None:
    delegation = manager(front)
    mari_leaves(front)

    assert await preview(front, delegation, person_token(MARI)) == []


async def test_joint_6_those_who_act_together_are_left_to_manage_access(front: Front) -> None:
    delegation = manager(front)
    store_states(front.database, together(TIIU, JAAN, minute=1))

    both = await preview(front, delegation, person_token(TIIU))
    freeze(front.database, JAAN)
    one = await preview(front, delegation, person_token(TIIU))

    assert (both, one) == ([], ["last_manager"])


def left(database: Database, **more: Any) -> set[UUID]:
    with database.reading() as connection:
        return set(managers_left(connection, OFFICE.id, limit=10, **more))


async def test_deleg_7_who_is_left_to_manage_access_is_one_query(front: Front) -> None:
    database, ids = front.database, front.id_of
    register = grant_ids(database)
    delegation = manager(front)
    manager(front, KATI, first=5)
    given(database, MARI, JAAN, OFFICE)
    give(database, JAAN, OFFICE, "accountant")

    assert left(database) == {ids(MARI), ids(ANNA)}
    assert left(database, without=register) == {ids(ANNA)}
    assert left(database, without_delegations=[delegation.id]) == {ids(MARI)}
    assert left(database, without=register, without_delegations=[delegation.id]) == set()
    with database.reading() as connection:
        first = managers_left(connection, OFFICE.id, first=ids(ANNA), limit=1)
    assert first == [ids(ANNA)]


async def test_deleg_7_questions_whether_one_may_give_are_counted(front: Front) -> None:
    few = replace(OFFERS, checks=Rate(2, timedelta(days=1)))
    front.app.state.parts = replace(front.app.state.parts, offers=few)
    body = {
        "role": "accountant",
        "from_day": today().isoformat(),
        "receiver": {"country": JAAN.country, "code": JAAN.code},
    }
    path = f"/v1/accounts/{OFFICE.id}/delegations/check"

    mine = [(await front.post(path, person_token(MARI), body)).status_code for _ in range(3)]
    others = await front.post(path, person_token(ANNA), body)

    assert mine == [200, 200, 429]
    assert others.status_code == 200
