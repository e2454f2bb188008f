"""contract.2, contract.10: a group calls off the end of its contract, and opens a suspended one."""

from typing import Any
from uuid import UUID

import pytest

from storage.approvals import wakeups
from tests.builders import approvals, contracts
from tests.builders.approvals import OFF
from tests.builders.contract_ends import mobiil_id
from tests.builders.delegations import FOREIGN, OTHER, OWN
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import TAMM, together
from tests.builders.rows import account, give, put, store_states
from tests.clients import approving
from tests.clients.api_client import OPS, Answer, Front, open_front
from tests.clients.contracting import act, end, read
from tests.clients.suspending import by_staff, of, orders, resume, suspend

CANCEL = "end/cancel"


@pytest.fixture
def contract(front: Front) -> UUID:
    """Tamm's contract of its telephone. Tiiu and Jaan represent Tamm together."""
    return contracts.active(front.database, contracts.new_contract(OTHER.id), [FOREIGN.id])


def approval_of(answer: Answer) -> UUID:
    assert answer.status_code == 202, answer.text
    return UUID(answer.headers["location"].rpartition("/")[2])


async def ended(front: Front, id_: UUID) -> None:
    """Let the group set the end of its contract."""
    proposed, _ = [await end(front, str(id_), who) for who in (TIIU, JAAN)]
    approvals.conclude(front.database, approval_of(proposed))
    assert of(front, id_)[0] == "ending"


async def call_off(front: Front, id_: UUID, who: Any = TIIU, **claims: Any) -> Answer:
    return await act(front, str(id_), CANCEL, who, **claims)


def touched(front: Front, approval_id: UUID) -> int:
    """How many approvals are to be looked at since something around them changed."""
    approvals.proceed(front.database, approval_id)
    with front.database.transaction() as session:
        return wakeups.touch_outdated(session)


@pytest.mark.parametrize("in_the_approval", [True, False])
async def test_contract_2_a_group_calls_the_end_off_that_it_has_set(
    front: Front, contract: UUID, *, in_the_approval: bool
) -> None:
    await ended(front, contract)
    seen = (await read(front, str(contract), TIIU)).json()

    proposed, again = [await call_off(front, contract) for _ in range(2)]
    approval_id = approval_of(proposed)
    before = touched(front, approval_id)
    (asked,) = await approving.listed(front, JAAN)
    alone = of(front, contract)[0]
    if in_the_approval:
        confirmed = await approving.confirm(front, str(approval_id), JAAN)
    else:
        confirmed = await call_off(front, contract, JAAN)
    approvals.conclude(front.database, approval_id)

    assert (seen["may_end"], seen["may_propose_end"]) == (False, True)
    assert seen["end"]["may_call_off"]
    assert (before, alone, approval_of(again)) == (0, "ending", approval_id)
    assert (asked["kind"], asked["subject_id"]) == ("contract_end_cancel", str(contract))
    assert "is called off" in asked["shown"]["text"]
    assert confirmed.status_code == 202
    assert of(front, contract) == ("active", None)


async def test_contract_11_a_group_that_owns_the_number_calls_its_own_end_off(front: Front) -> None:
    theirs = mobiil_id(front.database, front.id_of(PEETER), on=OWN, host=FOREIGN)
    await ended(front, theirs)
    by_user = await call_off(front, theirs, PEETER)

    approval_id = approval_of(await call_off(front, theirs))
    await call_off(front, theirs, JAAN)
    approvals.conclude(front.database, approval_id)

    assert by_user.json()["code"] == "end_from_outside"
    assert of(front, theirs)[0] == "active"


async def test_contract_11_a_group_calls_off_what_was_set_for_its_number_on_another_of_its_accounts(
    front: Front,
) -> None:
    """Kati, who manages the number's account alone, has set it; the group owns both."""
    second = account(TAMM, 4)
    put(front.database, second)
    store_states(front.database, together(TIIU, JAAN, of=TAMM, minute=1))
    theirs = mobiil_id(front.database, front.id_of(PEETER), on=second, host=FOREIGN)
    give(front.database, KATI, OTHER, "administrator")
    assert (await end(front, str(theirs), KATI)).status_code == 200
    shown = (await read(front, str(theirs), TIIU)).json()

    approval_id = approval_of(await call_off(front, theirs))
    await call_off(front, theirs, JAAN)
    approvals.conclude(front.database, approval_id)

    assert shown["end"]["may_call_off"]
    assert of(front, theirs)[0] == "active"


async def test_contract_11_its_user_calls_off_as_a_member_what_the_group_has_set(
    front: Front,
) -> None:
    """Tiiu's own Mobiil-ID, which she might end alone, on a number of the company's."""
    theirs = mobiil_id(front.database, front.id_of(TIIU), on=OWN, host=FOREIGN)
    proposed = approval_of(await end(front, str(theirs), JAAN))
    await approving.confirm(front, str(proposed), TIIU)
    approvals.conclude(front.database, proposed)
    shown = (await read(front, str(theirs), TIIU)).json()

    approval_id = approval_of(await call_off(front, theirs))
    await call_off(front, theirs, JAAN)
    approvals.conclude(front.database, approval_id)

    assert (shown["state"], shown["end"]["may_call_off"]) == ("ending", True)
    assert of(front, theirs)[0] == "active"


async def test_contract_11_a_group_does_not_call_off_what_the_user_has_set(front: Front) -> None:
    theirs = mobiil_id(front.database, front.id_of(PEETER), on=OWN, host=FOREIGN)
    assert (await end(front, str(theirs), PEETER)).status_code == 200

    refused = await call_off(front, theirs)

    assert (refused.status_code, refused.json()["code"]) == (409, "end_from_outside")
    shown = (await read(front, str(theirs), TIIU)).json()
    assert shown["end"]["may_call_off"] is False


@pytest.mark.parametrize("in_the_approval", [True, False])
async def test_contract_10_a_group_opens_what_was_reported_lost(
    front: Front, contract: UUID, *, in_the_approval: bool
) -> None:
    await suspend(front, contract, TIIU)

    approval_id = approval_of(await resume(front, contract, TIIU))
    before = touched(front, approval_id)
    (asked,) = await approving.listed(front, JAAN)
    alone = of(front, contract)
    if in_the_approval:
        await approving.confirm(front, str(approval_id), JAAN)
    else:
        assert approval_of(await resume(front, contract, JAAN)) == approval_id
    approvals.conclude(front.database, approval_id)

    assert (before, alone) == (0, ("suspended", "lost"))
    assert "Why it was suspended: Lost" in asked["shown"]["text"]
    assert of(front, contract) == ("active", None)
    assert orders(front)[-1] == (True, "resume")


async def test_contract_10_what_operations_do_meanwhile_ends_the_approval(
    front: Front, contract: UUID
) -> None:
    """What is lost again after that is another loss: nobody has confirmed that it is found."""
    await suspend(front, contract, TIIU)
    first = approval_of(await resume(front, contract, TIIU))

    assert (await by_staff(front, contract, "resume", OPS)).status_code == 202
    await suspend(front, contract, TIIU)
    second = approval_of(await resume(front, contract, TIIU))

    assert (await approving.read(front, str(first), JAAN)).json()["state"] == "refused"
    assert second != first
    assert of(front, contract) == ("suspended", "lost")


async def test_contract_2_what_one_person_may_do_alone_ends_the_groups_approval(
    front: Front, contract: UUID
) -> None:
    await ended(front, contract)
    approval_id = approval_of(await call_off(front, contract))
    give(front.database, KATI, OTHER, "administrator")

    done = await call_off(front, contract, KATI)

    assert (done.status_code, done.json()["state"]) == (200, "active"), done.text
    assert (await approving.read(front, str(approval_id), TIIU)).json()["state"] == "refused"


async def test_contract_2_nobody_else_proposes_it_and_nobody_by_an_old_login(
    front: Front, contract: UUID
) -> None:
    await ended(front, contract)
    late = await call_off(front, contract, TIIU, auth_time=None)
    strangers = {(await call_off(front, contract, who)).status_code for who in (ANNA, MARI, PEETER)}
    await suspend(front, contract, TIIU)
    late_too = await resume(front, contract, TIIU, auth_time=None)
    async with open_front(front.database, approvals=OFF) as closed:
        off = [await call_off(closed, contract), await resume(closed, contract, TIIU)]

    assert strangers == {404}
    assert {each.json()["code"] for each in (late, late_too)} == {"step_up_needed"}
    assert [each.json()["code"] for each in off] == ["needs_joint_approval"] * 2
