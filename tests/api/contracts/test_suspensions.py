"""contract.10: loss and theft suspend a contract at once; who may say so, and who takes it back."""

from uuid import UUID, uuid4

import pytest

from domain.identifiers import PersonKey
from tests.builders import contracts
from tests.builders.contract_ends import come_to_its_end, mobiil_id, subscription
from tests.builders.delegations import FOREIGN, OFFICE, OTHER, PHONE, given, terms
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, give, rows
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.contracting import act, end
from tests.clients.suspending import by_staff, of, orders, resume, suspend


def told(front: Front, kind: str) -> set[UUID]:
    found = rows(front.database, "SELECT person_id FROM notice WHERE kind = :kind", kind=kind)
    return {row.person_id for row in found}


async def test_contract_10_a_loss_suspends_at_once_and_the_network_gets_an_urgent_order(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)

    answer = await suspend(front, id_)

    order_id = answer.json()["order_id"]
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/orders/{order_id}"
    assert answer.json() | {"order_id": None} == {
        "contract_id": str(id_),
        "state": "suspended",
        "suspended": "lost",
        "order_id": None,
        "approval_id": None,
    }
    assert of(front, id_) == ("suspended", "lost")
    assert orders(front) == [(True, "suspend")]
    (event,) = rows(
        front.database,
        "SELECT * FROM event WHERE kind = 'contract:changed' AND after ->> 'state' = 'suspended'",
    )
    assert (event.reason["code"], event.after["suspended"]) == ("contract_suspended", "lost")
    held = "SELECT FROM access_grant WHERE service_id = :id AND upper_inf(validity)"
    assert len(rows(front.database, held, id=PHONE.id)) == 1


async def test_contract_10_twice_is_once_and_so_it_is_lifted(front: Front) -> None:
    id_ = subscription(front.database)

    suspended = [await suspend(front, id_) for _ in range(2)]
    resumed = [await resume(front, id_) for _ in range(2)]
    anew = await suspend(front, id_)

    assert suspended[0].json() == suspended[1].json()
    assert resumed[0].json() == resumed[1].json()
    assert (resumed[0].json()["state"], resumed[0].json()["suspended"]) == ("active", None)
    assert anew.json()["state"] == "suspended"
    assert len({each.json()["order_id"] for each in (*suspended, *resumed, anew)}) == 3
    mari = front.id_of(MARI)
    assert (told(front, "contract_suspended"), told(front, "contract_resumed")) == ({mari}, {mari})


async def test_contract_10_who_uses_the_service_suspends_it_and_does_not_open_it_again(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    give(front.database, PEETER, OFFICE, on=PHONE)

    answer = await suspend(front, id_, PEETER)
    lifted = await resume(front, id_, PEETER)
    followed = await front.get(answer.headers["Location"], person_token(PEETER))

    assert (answer.status_code, of(front, id_)) == (202, ("suspended", "lost"))
    assert (lifted.status_code, lifted.json()["code"]) == (403, "not_permitted")
    assert followed.status_code == 200, followed.text
    assert followed.json()["may_cancel"] is False


async def test_contract_10_a_contract_without_services_is_suspended_by_no_stranger(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    carry_out(front.database, "DELETE FROM contract_service")

    for who in (PEETER, TIIU):
        for answer in (await suspend(front, id_, who), await resume(front, id_, who)):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await suspend(front, id_)).status_code == 202


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        (PEETER, 404, "not_found"),
        (TIIU, 404, "not_found"),
        (KATI, 403, "not_permitted"),
    ],
)
async def test_contract_10_nobody_else_suspends_it(
    front: Front, who: PersonKey, status: int, code: str
) -> None:
    id_ = subscription(front.database)

    answers = [await suspend(front, id_, who), await resume(front, id_, who)]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(status, code)] * 2
    assert of(front, id_) == ("active", None)


async def test_contract_10_whoever_may_restrict_a_service_opens_it_by_a_fresh_login_only(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    given(front.database, MARI, JAAN, OFFICE, terms("restriction:set", on=[PHONE.id]))
    await suspend(front, id_, JAAN)

    stale = await resume(front, id_, JAAN, auth_time=None)
    fresh = await resume(front, id_, JAAN)

    assert (stale.status_code, stale.json()["code"]) == (401, "step_up_needed")
    assert fresh.status_code == 202, fresh.text


async def test_contract_10_a_joint_member_suspends_alone_and_opens_with_nobody(
    front: Front,
) -> None:
    """What takes nothing from anybody waits for no one; what opens it waits for the others."""
    new = contracts.new_contract(OTHER.id)
    id_ = contracts.active(front.database, new, [FOREIGN.id])

    suspended = await suspend(front, id_, TIIU)
    proposed = await resume(front, id_, TIIU)

    assert suspended.status_code == 202, suspended.text
    assert proposed.headers["location"] == f"/v1/approvals/{proposed.json()['approval_id']}"
    assert of(front, id_) == ("suspended", "lost")


async def test_contract_10_support_suspends_on_a_callers_word_and_operations_open_it(
    front: Front,
) -> None:
    id_ = subscription(front.database)

    refused = [await by_staff(front, id_, "suspend", token) for token in (PORTAL, BILLING)]
    suspended = await by_staff(front, id_, "suspend", SUPPORT)
    by_support = await by_staff(front, id_, "resume", SUPPORT)
    by_ops = await by_staff(front, id_, "resume", OPS)
    unknown = await by_staff(front, UUID(int=9), "suspend", OPS)

    assert [each.status_code for each in refused] == [403, 403]
    assert (suspended.status_code, suspended.json()["suspended"]) == (202, "stolen")
    assert by_support.status_code == 403
    assert (by_ops.status_code, of(front, id_)) == (202, ("active", None))
    assert unknown.status_code == 404
    notes = rows(front.database, "SELECT text FROM event_note ORDER BY event_id")
    assert [row.text for row in notes] == ["Helistas ja ütles"] * 2


async def test_contract_10_a_mobiil_id_is_suspended_with_its_sim_and_opened_by_its_user_alone(
    front: Front,
) -> None:
    host = subscription(front.database)
    his = mobiil_id(front.database, front.id_of(PEETER))

    await suspend(front, host)
    too_early = await resume(front, his, PEETER)
    both = of(front, host), of(front, his)
    await resume(front, host)
    left = of(front, his)
    by_owner = await resume(front, his)
    by_user = await resume(front, his, PEETER)

    assert both == (("suspended", "lost"), ("suspended", "host_suspended"))
    assert (too_early.status_code, too_early.json()["code"]) == (409, "host_suspended")
    assert left == ("suspended", "host_suspended")
    assert (by_owner.status_code, by_owner.json()["code"]) == (403, "not_permitted")
    assert (by_user.status_code, of(front, his)) == (202, ("active", None))
    assert told(front, "contract_suspended") == {front.id_of(MARI), front.id_of(PEETER)}


async def test_contract_10_its_user_suspends_a_mobiil_id_alone(front: Front) -> None:
    host = subscription(front.database)
    his = mobiil_id(front.database, front.id_of(PEETER))

    answer = await suspend(front, his, PEETER)
    await suspend(front, host)
    await resume(front, host)

    assert answer.status_code == 202, answer.text
    assert (of(front, his), of(front, host)) == (("suspended", "lost"), ("active", None))


async def test_contract_10_nobody_starts_a_mobiil_id_on_a_sim_that_is_lost(front: Front) -> None:
    host = subscription(front.database)
    new = contracts.new_contract(
        OFFICE.id, product="mobiil-id", host_service_id=PHONE.id, person_id=front.id_of(PEETER)
    )
    waiting = contracts.offered(front.database, new)

    await suspend(front, host)

    (row,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=waiting)
    assert (row.state, row.refusal) == ("cancelled", "host_unsuitable")


async def test_contract_10_one_that_is_ending_is_suspended_until_its_end(front: Front) -> None:
    id_ = subscription(front.database)
    await end(front, str(id_))

    await suspend(front, id_)
    suspended = of(front, id_)
    called_off = await act(front, str(id_), "end/cancel")
    again = await end(front, str(id_))
    await resume(front, id_)

    assert suspended == ("ending", "lost")
    assert called_off.json()["state"] == "suspended"
    assert again.json()["state"] == "ending", again.text
    assert of(front, id_) == ("ending", None)


async def test_contract_10_only_a_contract_in_force_is_suspended(front: Front) -> None:
    offered = contracts.offered(front.database, contracts.new_contract(OFFICE.id))

    answers = [await suspend(front, offered), await resume(front, offered)]

    assert [each.json()["code"] for each in answers] == ["contract_not_in_force"] * 2


async def test_contract_10_what_is_told_of_before_the_loss_opens_nothing(front: Front) -> None:
    """And what the operator's systems suspended, they open."""
    id_ = uuid4()
    facts = {"account_id": str(OFFICE.id), "product": "Äri M", "services": [str(PHONE.id)]}

    async def tell(state: str) -> tuple[int, tuple[str, str | None]]:
        ends = {"ends_at": "2099-01-01T00:00:00Z"} if state == "ending" else {}
        answer = await front.put(f"/v1/contracts/{id_}", BILLING, facts | {"state": state} | ends)
        return answer.status_code, of(front, id_)

    await tell("active")
    await suspend(front, id_)
    after = [await tell(each) for each in ("active", "suspended", "active")]
    await resume(front, id_)
    by_them = await tell("suspended")
    lifted = await resume(front, id_)
    opened = await tell("active")
    await tell("ending")
    await suspend(front, id_)
    ending = await tell("ending")

    lost = ("suspended", "lost")
    assert after == [(409, lost), (200, lost), (200, lost)]  # the last lifts only their own
    assert by_them == (200, ("suspended", "told"))
    assert (lifted.status_code, lifted.json()["code"]) == (409, "suspended_by_operator")
    assert opened == (200, ("active", None))
    assert ending == (200, ("ending", "lost"))


async def test_contract_10_once_its_end_has_come_nothing_is_shut_off_or_opened(
    front: Front,
) -> None:
    id_ = subscription(front.database)
    await suspend(front, id_)
    await end(front, str(id_))
    come_to_its_end(front.database, id_)
    before = orders(front)

    answers = [await resume(front, id_), await suspend(front, id_)]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "contract_not_in_force")
    ] * 2
    assert (of(front, id_), orders(front)) == (("ending", "lost"), before)
