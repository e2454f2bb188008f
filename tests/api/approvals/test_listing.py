"""joint.9: /v1/me/confirmations: what waits for somebody, and what they proposed."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.identifiers import PersonKey
from tests.builders import approvals
from tests.builders.delegations import OFFICE, OTHER
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.register_states import KUUSK, together
from tests.builders.rows import carry_out, store_states
from tests.clients.api_client import Front, person_token
from tests.clients.approving import NOT_AGREED, answer, listed, proposed

PATH = "/v1/me/confirmations"


async def ids(front: Front, who: PersonKey, **asked: str) -> list[str]:
    return [each["id"] for each in await listed(front, who, **asked)]


async def test_joint_9_what_waits_and_what_one_proposed_the_newest_first(front: Front) -> None:
    first = await proposed(front, TIIU, KATI)
    second = await proposed(front, JAAN, ANNA)
    third = await proposed(front, TIIU, PEETER)
    await answer(front, second, "decline", TIIU, NOT_AGREED)
    approvals.in_time(front.database, UUID(third), timedelta(0))

    for who in (TIIU, JAAN):
        assert await ids(front, who) == [first]
        everything = await listed(front, who, state="all")
        assert {each["id"]: each["state"] for each in everything} == {
            first: "awaiting_confirmations",
            second: "declined",
            third: "lapsed",
        }
    assert await ids(front, MARI, state="all") == []


async def test_joint_9_one_account_does_not_hide_another(front: Front) -> None:
    store_states(front.database, together(TIIU, TOOMAS, of=KUUSK, minute=1))
    tamm = await proposed(front, TIIU, KATI)
    kuusk = str(approvals.proposed(front.database, OFFICE, proposer=TIIU, receiver=ANNA))

    assert await ids(front, TIIU) == [kuusk, tamm]
    assert await ids(front, JAAN) == [tamm]
    assert await ids(front, TOOMAS) == [kuusk]


async def test_joint_9_paged_without_a_gap_although_more_is_proposed(front: Front) -> None:
    made = [await proposed(front, TIIU, who) for who in (KATI, ANNA, PEETER, TOOMAS, MARI)]
    made.reverse()
    first = (await front.get(f"{PATH}?limit=2", person_token(JAAN))).json()
    await answer(front, made[0], "withdraw", TIIU)
    approvals.proposed(front.database, OTHER, proposer=TIIU, receiver=KATI)
    path = f"{PATH}?limit=2&after={first['next']}"
    second = (await front.get(path, person_token(JAAN))).json()
    path = f"{PATH}?limit=2&after={second['next']}"
    third = (await front.get(path, person_token(JAAN))).json()

    pages = (first, second, third)
    assert [each["id"] for page in pages for each in page["items"]] == made
    assert third["next"] is None


async def test_joint_9_of_the_same_moment_each_is_listed_once(front: Front) -> None:
    made = [await proposed(front, TIIU, who) for who in (KATI, ANNA, PEETER)]
    carry_out(front.database, "UPDATE approval SET created_at = '2026-01-01T00:00:00Z'")
    first = (await front.get(f"{PATH}?limit=2", person_token(JAAN))).json()
    rest = await front.get(f"{PATH}?limit=2&after={first['next']}", person_token(JAAN))

    found = [each["id"] for each in first["items"] + rest.json()["items"]]
    assert found == sorted(made, key=UUID, reverse=True)


@pytest.mark.parametrize("asked", ["state=closed", "limit=0", "after=x", "state=open&after=Wzdd"])
async def test_joint_9_what_cannot_be_listed_is_refused(front: Front, asked: str) -> None:
    refused = await front.get(f"{PATH}?{asked}", person_token(TIIU))

    assert refused.status_code in {400, 422}


async def test_joint_9_a_cursor_is_of_its_own_list(front: Front) -> None:
    for who in (KATI, ANNA):
        await proposed(front, TIIU, who)
    cursor = (await front.get(f"{PATH}?limit=1", person_token(JAAN))).json()["next"]

    wrong = await front.get(f"{PATH}?limit=1&state=all&after={cursor}", person_token(JAAN))

    assert (wrong.status_code, wrong.json()["code"]) == (400, "cursor_invalid")
