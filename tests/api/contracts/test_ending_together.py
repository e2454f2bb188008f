"""contract.12: those who represent a company together end its contract, as it was previewed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.approvals.templates import CURRENT
from domain.catalogue.contract_terms import Party
from domain.registry.register import CompanyStatus
from storage.approvals import carrying_out, concluding, wakeups
from storage.approvals import rows as approval_rows
from tests.builders import approvals, contracts
from tests.builders.approvals import OFF
from tests.builders.contract_ends import MOBIIL_ID, mobiil_id
from tests.builders.days import today
from tests.builders.delegations import FOREIGN, OTHER, OWN
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK, TAMM, together
from tests.builders.rows import ENGINE, carry_out, give, put, put_service, rows, store_states
from tests.builders.services_since import had_for_a_year
from tests.clients import approving
from tests.clients.api_client import BILLING, OPS, SUPPORT, Answer, Front, open_front
from tests.clients.contracting import act, preview, read
from tests.clients.porting import NUMBER, tell

PROPOSALS = "/v1/ops/contract-proposals"


def later(days: int = 40) -> str:
    """The day in so many days."""
    return (today() + timedelta(days=days)).isoformat()


@pytest.fixture
def contract(front: Front) -> str:
    """Tamm's contract of its telephone."""
    new = contracts.new_contract(OTHER.id)
    return str(contracts.active(front.database, new, [FOREIGN.id]))


async def end(front: Front, id_: str, who: Any = TIIU, on: str = "", **changes: Any) -> Answer:
    """Preview the end on this day and ask for it."""
    on = on or later()
    shown = (await preview(front, id_, who, f"?on={on}")).json()
    body = {"preview": shown.get("digest", 64 * "0"), "reason": "customer", "on": on}
    return await act(front, id_, "end", who, body | changes)


def approval_of(answer: Answer) -> str:
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].rpartition("/")[2]


@pytest.mark.parametrize("in_the_approval", [True, False])
async def test_contract_12_a_group_ends_it_and_no_member_alone(
    front: Front, contract: str, in_the_approval: bool
) -> None:
    proposed = await end(front, contract)
    again = await end(front, contract)
    approval_id = approval_of(proposed)
    approvals.conclude(front.database, UUID(approval_id))
    alone = (await read(front, contract, TIIU)).json()["state"]
    (asked,) = await approving.listed(front, JAAN)
    if in_the_approval:
        confirmed = await approving.confirm(front, approval_id, JAAN)
    else:
        confirmed = await end(front, contract, JAAN)
    approvals.conclude(front.database, UUID(approval_id))
    done = (await read(front, contract, TIIU)).json()

    assert (proposed.json()["state"], alone) == ("active", "active")
    assert approval_of(again) == approval_id
    assert (asked["kind"], asked["subject_id"]) == ("contract_end", contract)
    assert "The first day without it" in asked["shown"]["text"]
    assert confirmed.status_code == 202
    assert (done["state"], done["end"]["reason"]) == ("ending", "customer")
    assert rows(front.database, "SELECT end_by FROM contract")[0].end_by["kind"] == "engine"


@pytest.mark.parametrize(("days", "is_free"), [(40, True), (100, False)])
async def test_contract_12_a_group_ends_a_mobiil_id_before_its_user_does(
    front: Front, days: int, *, is_free: bool
) -> None:
    """The user, who set a later end, does not keep the company from it."""
    put_service(front.database, replace(MOBIIL_ID, account_id=OTHER.id))
    new = contracts.new_contract(
        OTHER.id, product="mobiil-id", party=Party.USER, person_id=front.id_of(PEETER)
    )
    theirs = str(contracts.active(front.database, new, [MOBIIL_ID.id]))
    assert (await end(front, theirs, PEETER, later(60))).status_code == 200

    proposed = await end(front, theirs, TIIU, later(days))
    if not is_free:
        assert proposed.json()["code"] == "contract_ending"
        return
    approval_id = UUID(approval_of(proposed))
    approvals.proceed(front.database, approval_id)
    with front.database.transaction() as session:
        touched = wakeups.touch_outdated(session)
    approvals.conclude(front.database, approval_id)
    await approving.confirm(front, str(approval_id), JAAN)
    approvals.conclude(front.database, approval_id)

    shown = (await read(front, theirs, TIIU)).json()
    assert (touched, shown["state"]) == (0, "ending")
    assert shown["end"]["at"][:10] in {later(days), later(days - 1)}  # it is midnight in Tallinn


async def test_contract_11_a_group_that_owns_the_number_ends_a_users_own_mobiil_id(
    front: Front,
) -> None:
    """Its user calls off nothing that the group has set."""
    theirs = str(mobiil_id(front.database, front.id_of(PEETER), on=OWN, host=FOREIGN))

    proposed = await end(front, theirs)
    approval_id = UUID(approval_of(proposed))
    approvals.proceed(front.database, approval_id)
    with front.database.transaction() as session:
        touched = wakeups.touch_outdated(session)
    (asked,) = await approving.listed(front, JAAN)
    unseen = await approving.read(front, str(approval_id), PEETER)
    confirmed = await end(front, theirs, JAAN)
    approvals.conclude(front.database, approval_id)
    called_off = await act(front, theirs, "end/cancel", PEETER)

    assert (touched, asked["account_id"], unseen.status_code) == (0, str(OTHER.id), 404)
    assert PEETER.code not in asked["shown"]["text"]
    assert approval_of(confirmed) == str(approval_id)
    assert (await read(front, theirs, PEETER)).json()["state"] == "ending"
    assert called_off.json()["code"] == "end_from_outside"
    (kept,) = rows(front.database, "SELECT end_by FROM contract WHERE id = :id", id=theirs)
    assert kept.end_by["side"] == "host"


async def test_contract_11_a_group_that_lost_the_number_ends_nothing(front: Front) -> None:
    theirs = str(mobiil_id(front.database, front.id_of(PEETER), on=OWN, host=FOREIGN))
    approval_id = UUID(approval_of(await end(front, theirs)))
    approvals.proceed(front.database, approval_id)
    put(front.database, replace(OTHER, owner=KUUSK))
    refused = await end(front, theirs, JAAN)

    approvals.proceed(front.database, approval_id)

    shown = rows(front.database, "SELECT state FROM approval WHERE id = :id", id=approval_id)
    assert (refused.status_code, [each.state for each in shown]) == (404, ["refused"])
    about = "SELECT person_id FROM notice WHERE subject_id = :id AND kind = 'approval_refused'"
    told = {each.person_id for each in rows(front.database, about, id=approval_id)}
    assert told == {front.id_of(TIIU)}, "and nobody of the new owner"
    assert (await read(front, theirs, PEETER)).json()["state"] == "active"


@pytest.mark.parametrize("is_swept", [True, False])
async def test_contract_12_what_an_earlier_owner_proposed_neither_ends_it_nor_is_in_the_way(
    front: Front, *, is_swept: bool
) -> None:
    """The account is another company's, which the same people represent, and billing says so."""
    told = {
        "account_id": str(OTHER.id),
        "product": "X",
        "state": "active",
        "services": [str(FOREIGN.id)],
    }
    theirs = str(uuid4())
    assert (await front.put(f"/v1/contracts/{theirs}", BILLING, told)).status_code == 201
    first = UUID(approval_of(await end(front, theirs)))
    await approving.confirm(front, str(first), JAAN)
    approvals.proceed(front.database, first)
    put(front.database, replace(OTHER, owner=KUUSK))
    store_states(front.database, together(TIIU, JAAN, of=KUUSK, minute=5))
    await front.put(f"/v1/contracts/{theirs}", BILLING, told | {"product": "Y"})

    if is_swept:
        with front.database.transaction() as session:
            assert wakeups.touch_outdated(session) == 1
        approvals.proceed(front.database, first)
        with front.database.transaction() as session:
            assert wakeups.touch_outdated(session) == 0
    else:
        with pytest.raises(carrying_out.CANNOT):
            approvals.conclude(front.database, first)
    anew = await end(front, theirs, JAAN, later(50))

    assert approval_of(anew) != str(first)
    (stale,) = rows(front.database, "SELECT state FROM approval WHERE id = :id", id=first)
    assert stale.state == "refused"
    assert (await read(front, theirs, JAAN)).json()["state"] == "active"


@pytest.mark.parametrize("first", [True, False])
async def test_contract_12_whoever_ends_it_is_kept_with_the_text_of_their_preview(
    front: Front, contract: str, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    shown = (await preview(front, contract, TIIU, f"?on={later()}")).json()["template_version"]
    monkeypatch.setattr(templates, "CURRENT", {**CURRENT, ActKind.CONTRACT_END: shown + 1})
    if not first:
        await end(front, contract, JAAN)
    unknown = await end(front, contract, template_version=shown + 2)
    proposed = await end(front, contract, template_version=shown)

    assert (unknown.status_code, unknown.json()["code"]) == (422, "template_unknown")
    assert proposed.status_code == 202
    kept = rows(front.database, "SELECT template_version FROM approval_confirmation")
    assert {each.template_version for each in kept} == ({shown} if first else {shown, shown + 1})


async def test_contract_12_one_declines_and_the_contract_stays(front: Front, contract: str) -> None:
    approval_id = approval_of(await end(front, contract))

    await approving.answer(front, approval_id, "decline", JAAN, approving.NOT_AGREED)
    anew = await end(front, contract, JAAN)

    assert (await read(front, contract, TIIU)).json()["state"] == "active"
    assert approval_of(anew) != approval_id


async def test_contract_12_an_end_that_would_be_another_by_now_is_not_set(
    front: Front, contract: str
) -> None:
    approval_id = UUID(approval_of(await end(front, contract)))
    give(front.database, PEETER, OTHER, on=FOREIGN)
    await approving.confirm(front, str(approval_id), JAAN)

    with pytest.raises(carrying_out.CANNOT) as found:
        approvals.conclude(front.database, approval_id)
    with front.database.transaction() as session:
        approval = approval_rows.lock(session, approval_id)
        assert approval is not None
        concluding.refuse(session, approval, concluding.refused(found.value), actor=ENGINE)

    ended = (await approving.read(front, str(approval_id), TIIU)).json()
    assert (ended["state"], ended["ended_reason"]["code"]) == ("refused", "preview_changed")
    assert (await read(front, contract, TIIU)).json()["state"] == "active"


async def test_contract_12_who_acts_together_proposes_only_what_is_previewed_now(
    front: Front, contract: str
) -> None:
    changed = await end(front, contract, preview=64 * "0")
    proposed = await end(front, contract)
    other = await end(front, contract, JAAN, later(50))

    assert (changed.status_code, changed.json()["code"]) == (409, "preview_changed")
    assert proposed.status_code == 202
    assert (other.status_code, other.json()["code"]) == (409, "already_proposed")


async def test_contract_12_who_may_end_it_alone_does_and_the_approval_ends(
    front: Front, contract: str
) -> None:
    approval_id = approval_of(await end(front, contract))
    give(front.database, KATI, OTHER, "administrator")

    ended = await end(front, contract, KATI)

    assert (ended.status_code, ended.json()["state"]) == (200, "ending"), ended.text
    shown = (await approving.read(front, approval_id, TIIU)).json()
    assert shown["state"] == "refused"


async def test_contract_12_a_contract_that_ends_otherwise_ends_the_approval(
    front: Front, contract: str
) -> None:
    approval_id = UUID(approval_of(await end(front, contract)))
    approvals.proceed(front.database, approval_id)
    with front.database.transaction() as session:
        before = wakeups.touch_outdated(session)
    carry_out(
        front.database,
        "UPDATE contract SET state = 'ended', ends_at = now(), end_reason = 'service_ended',"
        " end_source = 'told'",
    )
    with front.database.transaction() as session:
        after = wakeups.touch_outdated(session)
    approvals.proceed(front.database, approval_id)

    assert (before, after) == (0, 1)
    shown = (await approving.read(front, str(approval_id), TIIU)).json()
    assert shown["state"] == "refused"


async def test_contract_12_an_approval_lapses_before_its_day_is_over(
    front: Front, contract: str
) -> None:
    soon = (await preview(front, contract, TIIU)).json()["earliest"]
    approval = approvals.read(
        front.database, UUID(approval_of(await end(front, contract, on=soon)))
    )

    assert approval.lapses_at - approval.now < timedelta(days=7)


async def test_contract_12_nobody_else_proposes_or_confirms_an_end(
    front: Front, contract: str
) -> None:
    digest = (await preview(front, contract, TIIU, f"?on={later()}")).json()["digest"]
    body = {"preview": digest, "reason": "customer", "on": later()}
    approval_id = approval_of(await end(front, contract))
    seen = await approving.seen(front, approval_id, JAAN)

    for who in (ANNA, MARI, PEETER, KATI):
        assert (await act(front, contract, "end", who, body)).status_code == 404
        refused = await approving.answer(front, approval_id, "confirm", who, seen)
        assert refused.status_code == 404
    late = await act(front, contract, "end", TIIU, body, auth_time=None)
    assert (late.status_code, late.json()["code"]) == (401, "step_up_needed")


async def test_contract_12_where_nobody_acts_jointly_it_is_refused(
    front: Front, contract: str
) -> None:
    async with open_front(front.database, approvals=OFF) as closed:
        refused = await end(closed, contract)

    assert (refused.status_code, refused.json()["code"]) == (409, "needs_joint_approval")


async def test_contract_10_an_end_that_operations_accept_ends_the_groups_approval(
    front: Front, contract: str
) -> None:
    approval_id = approval_of(await end(front, contract))
    said = replace(together(TIIU, JAAN, of=TAMM, minute=3), status=CompanyStatus.LIQUIDATION)
    store_states(front.database, said)
    (found,) = (await front.get(PROPOSALS, SUPPORT)).json()["items"]
    path = f"{PROPOSALS}/{found['id']}"
    digest = (await front.get(f"{path}/preview", OPS)).json()["digest"]

    body = {"preview": digest, "reason": "Likvideerija nõustus"}
    answer = await front.post(f"{path}/accept", OPS, body, idempotency_key="a")

    assert answer.status_code == 200, answer.text
    (approval,) = rows(front.database, "SELECT * FROM approval WHERE id = :id", id=approval_id)
    assert approval.state == "refused"
    assert rows(front.database, "SELECT state FROM contract")[0].state == "ending"


async def test_contract_10_a_group_ends_it_before_its_number_leaves(
    front: Front, contract: str
) -> None:
    put_service(front.database, replace(FOREIGN, number=NUMBER))
    had_for_a_year(front.database)
    approval_id = approval_of(await end(front, contract))
    approvals.proceed(front.database, UUID(approval_id))
    await tell(front, "announced", days=50)
    with front.database.transaction() as session:
        touched = wakeups.touch_outdated(session)

    await approving.confirm(front, approval_id, JAAN)
    approvals.conclude(front.database, UUID(approval_id))

    done = (await read(front, contract, TIIU)).json()
    assert (touched, done["end"]["reason"]) == (0, "customer")
