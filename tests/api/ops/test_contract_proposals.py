"""contract.10: deletion or bankruptcy of a company proposes an end, and ends nothing by itself."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.contracts.end_policy import next_working_day
from domain.contracts.reasons import EndReason
from domain.contracts.working_days import holidays_of
from domain.days import start_of
from domain.registry.register import CompanyStatus, RegisterState
from storage.contracts import outside_ends
from storage.contracts.ending import End
from storage.database import Database
from tests.builders import catalogue, contracts
from tests.builders.company_suspensions import alive, bankrupt, deleted
from tests.builders.contract_ends import subscription
from tests.builders.days import ZONE, today
from tests.builders.delegations import set_up_customers
from tests.builders.people import TOOMAS
from tests.builders.rows import rows, store_states
from tests.clients.api_client import OPS, SUPPORT, Answer, Front, open_front
from tests.clients.contracting import end, read
from tests.clients.porting import call_off

OPEN = "/v1/ops/contract-proposals"
LIQUIDATED = replace(alive(1), status=CompanyStatus.LIQUIDATION)


@pytest.fixture
async def front(database: Database) -> AsyncIterator[Front]:  # pytest's way
    """Mari represents Kuusk alone."""
    set_up_customers(database)
    catalogue.publish(database)
    async with open_front(database) as opened:
        yield opened


def state_of(front: Front, id_: UUID) -> str:
    (row,) = rows(front.database, "SELECT state FROM contract WHERE id = :id", id=id_)
    state: str = row.state
    return state


def all_of(front: Front) -> list[tuple[str, str]]:
    """State and reason of each proposal, the oldest first."""
    found = rows(front.database, "SELECT * FROM contract_proposal ORDER BY opened_at")
    return [(row.state, row.reason) for row in found]


async def listed(front: Front) -> list[dict[str, str]]:
    answer = await front.get(OPEN, SUPPORT)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, str]] = answer.json()["items"]
    return items


async def decide(front: Front, id_: str, what: str, **body: str) -> Answer:
    path, body = f"{OPEN}/{id_}/{what}", {"reason": "Haldur nõustus", **body}
    return await front.post(path, OPS, body, idempotency_key=str(uuid4()))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (deleted(), "company_deleted"),
        (bankrupt(), "company_bankrupt"),
        (LIQUIDATED, "company_liquidated"),
    ],
)
async def test_contract_10_a_register_answer_proposes_once_and_ends_nothing(
    front: Front, said: RegisterState, reason: str
) -> None:
    id_ = subscription(front.database)

    store_states(front.database, said)
    store_states(front.database, replace(said, as_of=alive(5).as_of))

    (found,) = await listed(front)
    assert (found["contract_id"], found["reason"]) == (str(id_), reason)
    assert (state_of(front, id_), all_of(front)) == ("active", [("open", reason)])
    kinds = "SELECT FROM event WHERE kind = 'contract:end_proposed'"
    assert len(rows(front.database, kinds)) == 1


async def test_contract_10_what_the_register_takes_back_closes_itself(front: Front) -> None:
    id_ = subscription(front.database)
    store_states(front.database, deleted())
    (found,) = await listed(front)

    store_states(front.database, alive())
    late = await decide(front, found["id"], "reject")

    assert (await listed(front), all_of(front)) == ([], [("withdrawn", "company_deleted")])
    assert (late.status_code, late.json()["code"]) == (409, "proposal_decided")
    assert state_of(front, id_) == "active"


async def test_contract_10_accepted_it_ends_as_its_preview_said(front: Front) -> None:
    id_ = subscription(front.database)
    store_states(front.database, bankrupt())
    (found,) = await listed(front)
    by_trustee = (await read(front, str(id_), TOOMAS)).json()
    shown = (await front.get(f"{OPEN}/{found['id']}/preview", OPS)).json()

    other = await decide(front, found["id"], "accept", preview=64 * "0")
    first, again = [
        await decide(front, found["id"], "accept", preview=shown["digest"]) for _ in range(2)
    ]

    assert (by_trustee["proposed_end"], by_trustee["state"]) == ("company_bankrupt", "active")
    assert (other.status_code, other.json()["code"]) == (409, "preview_changed")
    assert (first.status_code, first.json()["state"]) == (200, "accepted"), first.text
    assert again.json() == first.json()
    (kept,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=id_)
    assert (kept.state, kept.end_reason) == ("ending", "company_bankrupt")
    next_day = next_working_day(today(), holidays_of(ZONE).is_working_day)
    assert kept.ends_at == start_of(next_day, ZONE)
    notes = rows(front.database, "SELECT text FROM event_note")
    assert [row.text for row in notes] == ["Haldur nõustus"]


async def test_contract_10_accepted_by_mistake_it_is_called_off_and_the_contract_goes_on(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    store_states(front.database, deleted())
    (found,) = await listed(front)
    shown = (await front.get(f"{OPEN}/{found['id']}/preview", OPS)).json()
    await decide(front, found["id"], "accept", preview=shown["digest"])

    answer = await call_off(front, id_)

    assert (answer.status_code, state_of(front, id_)) == (200, "active"), answer.text


async def test_contract_10_rejected_it_is_kept_while_the_register_says_the_same(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    store_states(front.database, bankrupt(1))
    (found,) = await listed(front)

    answer = await decide(front, found["id"], "reject")
    store_states(front.database, bankrupt(2))
    same = all_of(front)
    store_states(front.database, deleted(3))
    other = all_of(front)
    store_states(front.database, alive(4))
    store_states(front.database, bankrupt(5))

    assert (answer.status_code, answer.json()["state"]) == (200, "rejected"), answer.text
    assert same == [("rejected", "company_bankrupt")]
    assert other == [*same, ("open", "company_deleted")]
    assert all_of(front) == [*same, ("withdrawn", "company_deleted"), ("open", "company_bankrupt")]
    assert state_of(front, id_) == "active"


async def test_contract_10_what_ends_already_is_not_proposed(front: Front) -> None:
    id_ = subscription(front.database)
    await end(front, str(id_))

    store_states(front.database, deleted())

    assert (await listed(front), all_of(front)) == ([], [])


async def test_contract_10_support_reads_proposals_and_operations_decide(front: Front) -> None:
    subscription(front.database)
    store_states(front.database, deleted())
    (found,) = await listed(front)
    path = f"{OPEN}/{found['id']}/reject"

    refused = await front.post(path, SUPPORT, {"reason": "Ei"}, idempotency_key="a")
    unknown = await decide(front, str(UUID(int=9)), "reject")

    assert (refused.status_code, unknown.status_code) == (403, 404)


async def test_contract_10_the_trustee_is_told_once_that_an_end_is_proposed(front: Front) -> None:
    id_ = subscription(front.database)

    for minute in (1, 2):
        store_states(front.database, bankrupt(minute))

    told = rows(
        front.database,
        "SELECT person_id, subject_id FROM notice WHERE kind = 'contract_end_proposed'",
    )
    assert [tuple(row) for row in told] == [(front.id_of(TOOMAS), id_)]


async def test_contract_10_what_was_rejected_stays_so_while_another_end_is_set_and_called_off(
    front: Front,
) -> None:
    """The register says the same all the time, and is read meanwhile."""
    id_ = subscription(front.database)
    store_states(front.database, LIQUIDATED)
    (found,) = await listed(front)
    await decide(front, found["id"], "reject")
    with front.database.transaction() as session:
        contract = contracts.locked(session, id_)
        later = End(contract.now + timedelta(days=9), EndReason.CUSTOMER)
        outside_ends.set_own(session, contract, later, actor=contracts.OPS)
    store_states(front.database, replace(LIQUIDATED, as_of=alive(5).as_of))
    meanwhile = state_of(front, id_)

    with front.database.transaction() as session:
        outside_ends.call_off_own(session, contracts.locked(session, id_), actor=contracts.OPS)
    store_states(front.database, replace(LIQUIDATED, as_of=alive(6).as_of))

    assert (meanwhile, state_of(front, id_)) == ("ending", "active")
    assert all_of(front) == [("rejected", "company_liquidated")]
