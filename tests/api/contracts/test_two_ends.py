"""contract.10: the contract's own end and a number's leaving are kept apart; the earlier counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders.contract_ends import subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.rows import carry_out, put_service, rows
from tests.builders.services_since import had_for_a_year
from tests.clients.api_client import BILLING, Answer, Front
from tests.clients.contracting import act, end, preview
from tests.clients.porting import NOW, NUMBER, call_off, ends, tell

GOES_ON, GONE = ("active", None, None), ("ended", "ported_out", None)
LEAVES = ("ending", "ported_out", None)
EARLY, LATE = ("ending", "customer", None), ("ending", "customer", None)
EARLY_FIRST = ("ending", "customer", "ported_out")
LEAVES_FIRST = ("ending", "ported_out", "customer")

RECORD = {
    "account_id": str(OFFICE.id),
    "product": "Mobile",
    "state": "active",
    "services": [str(PHONE.id)],
}


@pytest.fixture
def contract(front: Front) -> UUID:
    """Kuusk's, of a telephone whose number may leave."""
    put_service(front.database, replace(PHONE, number=NUMBER))
    had_for_a_year(front.database)
    return subscription(front.database)


async def by_customer(front: Front, contract: UUID, days: int) -> Answer:
    on = (NOW + timedelta(days=days)).date().isoformat()
    digest = (await preview(front, str(contract), query=f"?on={on}")).json().get("digest")
    return await end(front, str(contract), preview=digest or 64 * "0", on=on)


async def do(front: Front, contract: UUID, what: str, hours: int) -> int:
    """Do one of these; returns the status. ``hours``: how fresh a message is."""
    match what:
        case "early" | "late":
            answer = await by_customer(front, contract, 2 if what == "early" else 9)
        case "off":
            answer = await act(front, str(contract), "end/cancel")
        case "staff off":
            answer = await call_off(front, contract)
        case _:
            answer = await tell(front, what, days=5.5, known=hours)
    return answer.status_code


def now(front: Front) -> tuple[Any, ...]:
    """State, why it ends, and why it would otherwise."""
    (row,) = rows(front.database, "SELECT * FROM contract")
    return row.state, row.end_reason, (row.end_beside or {}).get("end_reason")


@pytest.mark.parametrize(
    "steps",
    [
        # The own one is earlier.
        {"early": EARLY, "announced": EARLY_FIRST, "off": LEAVES, "cancelled": GOES_ON},
        {"announced": LEAVES, "early": EARLY_FIRST, "off": LEAVES, "staff off": GOES_ON},
        {"early": EARLY, "announced": EARLY_FIRST, "cancelled": EARLY, "off": GOES_ON},
        {"announced": LEAVES, "early": EARLY_FIRST, "staff off": LEAVES, "cancelled": GOES_ON},
        {"announced": LEAVES, "early": EARLY_FIRST, "completed": GONE},
        {"early": EARLY, "announced": EARLY_FIRST, "off": LEAVES, "completed": GONE},
        # The number leaves earlier.
        {"late": LATE, "announced": LEAVES_FIRST, "off": LEAVES, "cancelled": GOES_ON},
        {"announced": LEAVES, "late": LEAVES_FIRST, "off": LEAVES, "staff off": GOES_ON},
        {"late": LATE, "announced": LEAVES_FIRST, "cancelled": LATE, "off": GOES_ON},
        {"announced": LEAVES, "late": LEAVES_FIRST, "staff off": LATE, "off": GOES_ON},
        {"late": LATE, "announced": LEAVES_FIRST, "staff off": LATE, "cancelled": LATE},
        {"late": LATE, "announced": LEAVES_FIRST, "completed": GONE},
        # One of them alone.
        {"announced": LEAVES, "staff off": GOES_ON, "cancelled": GOES_ON, "early": EARLY},
        {"announced": LEAVES, "cancelled": GOES_ON, "late": LATE, "staff off": GOES_ON},
    ],
    ids=", ".join,
)
async def test_contract_10_whichever_is_called_off_the_other_end_counts(
    front: Front, contract: UUID, steps: dict[str, Any]
) -> None:
    found = {}
    for hours, what in enumerate(steps, 1):
        assert await do(front, contract, what, 9 - hours) == 200, what
        found[what] = now(front)

    assert found == steps


@pytest.mark.parametrize("own", ["early", "late"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_contract_10_one_own_end_is_set_at_a_time_beside_a_porting(
    front: Front, contract: UUID, own: str, *, is_first: bool
) -> None:
    for what in [own, "announced"] if is_first else ["announced", own]:
        await do(front, contract, what, 2)
    before = now(front)

    other = await by_customer(front, contract, 4)

    assert (other.status_code, other.json()["code"]) == (409, "contract_ending")
    assert now(front) == before


async def test_contract_10_a_moment_that_moves_over_the_own_end_changes_which_one_counts(
    front: Front, contract: UUID
) -> None:
    await by_customer(front, contract, 9)
    await tell(front, "announced", days=12, known=5)
    first = now(front)
    await tell(front, "announced", days=5, known=4)
    moved = now(front)
    await tell(front, "announced", days=12, known=3)

    assert (first, moved, now(front)) == (EARLY_FIRST, LEAVES_FIRST, EARLY_FIRST)
    assert (await ends(front, contract))[2] in {8, 9}


async def test_contract_10_an_end_that_is_kept_is_in_the_history(
    front: Front, contract: UUID
) -> None:
    await tell(front, "announced", days=5)
    await by_customer(front, contract, 9)

    (event,) = rows(
        front.database,
        "SELECT after FROM event WHERE kind = 'contract:changed' AND after -> 'later' IS NOT NULL",
    )
    assert event.after["reason"] == "ported_out"
    assert event.after["later"]["reason"] == "customer"


@pytest.mark.parametrize(
    "steps",
    [
        {"told 2": EARLY, "announced": EARLY_FIRST, "told on": LEAVES, "cancelled": GOES_ON},
        {"told 2": EARLY, "announced": EARLY_FIRST, "told 9": LEAVES_FIRST, "cancelled": LATE},
        {"announced": LEAVES, "told 9": LEAVES_FIRST, "told 2": EARLY_FIRST, "cancelled": EARLY},
        {"told 9": LATE, "announced": LEAVES_FIRST, "cancelled": LATE, "told on": GOES_ON},
    ],
    ids=", ".join,
)
async def test_contract_10_an_end_that_is_told_is_the_contracts_own(
    front: Front, contract: UUID, steps: dict[str, Any]
) -> None:
    carry_out(front.database, "UPDATE contract SET started_by = NULL")
    found = {}
    for hours, what in enumerate(steps, 1):
        word, _, days = what.partition(" ")
        if word == "told":
            ending: dict[str, Any] = {"state": "active"}
            if days != "on":
                at = NOW + timedelta(days=int(days))
                ending = {"state": "ending", "ends_at": at.isoformat()}
            body = {**RECORD, **ending}
            answer = await front.put(f"/v1/contracts/{contract}", BILLING, body)
            assert answer.status_code == 200, answer.text
        else:
            await do(front, contract, what, 9 - hours)
        found[what] = now(front)

    assert found == steps
