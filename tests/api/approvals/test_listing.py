"""joint.9: /v1/me/confirmations: what waits for somebody, and what they proposed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from domain.identifiers import PersonKey
from storage.approvals import approval_queries
from storage.database import Connection
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


def fill(front: Front, template: str, many: int) -> None:
    """Copy an approval many times, each a minute older than the one before."""
    carry_out(
        front.database,
        """
        INSERT INTO approval (id, kind, company_id, account_id, proposer_id, subject_id, act,
            digest, state, created_at, lapses_at, ended_at, ended_reason, decline_reason)
        SELECT gen_random_uuid(), kind, company_id, account_id, proposer_id, gen_random_uuid(), act,
            digest, CASE WHEN n % 2 = 0 THEN 'declined' ELSE state END,
            created_at - n * interval '1 minute', lapses_at,
            CASE WHEN n % 2 = 0 THEN created_at END,
            CASE WHEN n % 2 = 0 THEN jsonb_build_object('code', 'x', 'text', '') END,
            CASE WHEN n % 2 = 0 THEN 'other' END
        FROM approval, generate_series(1, CAST(:many AS int)) AS n WHERE id = :id
        """,
        id=UUID(template),
        many=many,
    )
    carry_out(
        front.database,
        """
        INSERT INTO approval_confirmation (id, approval_id, person_id, digest, template_version,
            language, issuer, acr, amr, auth_time)
        SELECT gen_random_uuid(), a.id, c.person_id, c.digest, 1, 'et', 'i', 'high', '{}',
            c.auth_time
        FROM approval a, approval_confirmation c WHERE c.approval_id = :id AND a.id <> :id
        """,
        id=UUID(template),
    )
    carry_out(front.database, "ANALYZE approval, approval_confirmation, access_grant")


def milliseconds(connection: Connection, sql: str, asked: Any) -> float:
    """The shortest of three times: a busy machine is not what is measured."""
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}"
    plans = [connection.exec_driver_sql(explain, asked).scalar_one()[0] for _ in range(3)]
    return min(float(plan["Execution Time"]) for plan in plans)


@pytest.mark.parametrize("only_open", [True, False], ids=["open", "all"])
async def test_joint_9_ten_thousand_are_listed_at_once(front: Front, only_open: bool) -> None:
    """A page takes less than 50 ms, the first one and one in the middle."""
    fill(front, await proposed(front), 10_000)
    statements = list[tuple[str, Any]]()
    jaan, middle = front.id_of(JAAN), datetime.now(UTC) - timedelta(minutes=5000)
    with front.database.reading() as connection:
        event.listen(
            connection, "before_cursor_execute", lambda *said: statements.append(said[2:4])
        )
        pages = [
            approval_queries.of_person(
                connection, jaan, only_open=only_open, before=before, limit=51
            )
            for before in (None, (middle, jaan))
        ]
        took = [milliseconds(connection, *each) for each in list(statements)]

    assert [len(page) for page in pages] == [51, 51]
    assert len(took) == 4
    assert max(took) < 50
