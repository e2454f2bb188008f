"""contract.4: two who represent a company together agree to its contract over HTTP."""

from uuid import UUID

import pytest

from domain.identifiers import PersonKey
from tests.builders import approvals
from tests.builders.approvals import OFF
from tests.builders.delegations import OTHER
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, give, rows
from tests.clients import approving, contracting
from tests.clients.api_client import OPS, SUPPORT, Front, open_front, person_token
from tests.clients.contracting import FIBRE, MOBILE, act, confirm, read, seen, start


def name_of(front: Front, who: PersonKey) -> str:
    """What a register calls this person."""
    (found,) = rows(front.database, "SELECT name FROM person WHERE code = :code", code=who.code)
    return str(found.name)


async def offered(front: Front, wanted: dict[str, object] = FIBRE) -> str:
    """Tiiu starts a contract of Tamm, which she represents with Jaan."""
    return await contracting.offered(front, wanted, TIIU, account=OTHER.id)


async def test_contract_4_two_who_act_together_agree_in_any_order(front: Front) -> None:
    id_ = await offered(front)
    shown = await seen(front, id_, JAAN)
    first = await confirm(front, id_, JAAN)
    waits = (await read(front, id_, TIIU, "en")).json()
    approval_id = waits["confirmation"]["approval_id"]
    (asked,) = await approving.listed(front, TIIU)
    second = await confirm(front, id_, TIIU)
    approvals.conclude(front.database, UUID(approval_id))
    done = (await read(front, id_, JAAN)).json()

    assert (first.status_code, first.json()["state"]) == (202, "offered"), first.text
    assert first.headers["location"] == f"/v1/approvals/{approval_id}"
    assert [each["person_id"] for each in first.json()["agreed"]] == [str(front.id_of(JAAN))]
    tiiu = {"id": str(front.id_of(TIIU)), "name": name_of(front, TIIU)}
    assert [each["name"] for each in waits["agreed"]] == [name_of(front, JAAN)]
    assert (waits["missing"], first.json()["agreed"][0]["name"]) == ([[tiiu]], None)
    assert shown["digest"] == waits["confirmation"]["digest"] == asked["digest"]
    assert (asked["kind"], asked["subject_id"]) == ("contract_start", id_)
    assert asked["shown"]["text"] == waits["confirmation"]["shown"]["text"]
    assert asked["shown"]["text"].startswith(
        "A contract for the account K3:\nInternet subscription:"
    )
    assert second.status_code == 202
    assert (done["state"], done["confirmation"]) == ("signed", None)
    both = [str(front.id_of(who)) for who in (JAAN, TIIU)]
    assert [each["person_id"] for each in done["agreed"]] == both
    assert done["missing"] == []


async def test_contract_4_names_are_for_those_who_see_who_acts_for_the_owner(front: Front) -> None:
    """Before anybody has agreed too; staff and who only sees contracts get ids."""
    id_ = await offered(front)
    grant = give(front.database, KATI, OTHER)
    carry_out(
        front.database,
        "UPDATE access_grant SET permissions = ARRAY['contract:view'] WHERE id = :id",
        id=grant,
    )
    (both,) = (await read(front, id_, JAAN)).json()["missing"]
    by_kati = (await read(front, id_, KATI)).json()
    by_staff = (await front.get(f"/v1/contracts/{id_}", SUPPORT)).json()

    assert {each["name"] for each in both} == {name_of(front, who) for who in (JAAN, TIIU)}
    await confirm(front, id_, JAAN)
    for shown in (by_kati, by_staff):
        assert shown["missing"] == []
    listed = (await front.get(f"/v1/accounts/{OTHER.id}/contracts", person_token(JAAN))).json()
    assert [each["name"] for each in listed["items"][0]["agreed"]] == [None]
    kati = (await read(front, id_, KATI)).json()
    assert [each["name"] for each in kati["agreed"]] == [None]


async def test_contract_4_the_other_confirms_in_the_approval_too(front: Front) -> None:
    id_ = await offered(front)
    proposed = await confirm(front, id_, TIIU)

    await approving.carried_out(front, proposed.headers["location"].rpartition("/")[2], JAAN)

    assert (await read(front, id_, TIIU)).json()["state"] == "signed"


@pytest.mark.parametrize("by_the_approval", [True, False])
async def test_contract_4_one_declines_and_both_end(front: Front, by_the_approval: bool) -> None:
    id_ = await offered(front)
    proposed = await confirm(front, id_, TIIU)
    approval_id = proposed.headers["location"].rpartition("/")[2]
    if by_the_approval:
        await approving.answer(front, approval_id, "decline", JAAN, approving.NOT_AGREED)
    else:
        declined = await act(front, id_, "decline", JAAN)
        assert (declined.status_code, declined.json()["state"]) == (200, "declined")

    shown = (await read(front, id_, TIIU)).json()
    ended = (await approving.read(front, approval_id, TIIU)).json()
    assert (shown["state"], ended["state"]) == ("declined", "declined")
    assert rows(front.database, "SELECT FROM process WHERE ended_at IS NULL") == []


async def test_contract_4_who_represents_nobody_here_agrees_to_nothing(front: Front) -> None:
    id_ = await offered(front)
    body = await seen(front, id_, TIIU)
    approval_id = (await confirm(front, id_, TIIU)).headers["location"].rpartition("/")[2]
    approval_body = await approving.seen(front, approval_id, JAAN)

    for who in (ANNA, MARI, PEETER, KATI):
        assert (await act(front, id_, "confirm", who, body)).status_code == 404
        refused = await approving.answer(front, approval_id, "confirm", who, approval_body)
        assert refused.status_code == 404
        assert (await act(front, id_, "decline", who)).status_code == 404
    for staff in (SUPPORT, OPS):
        shown = (await front.get(f"/v1/contracts/{id_}", staff)).json()["confirmation"]
        assert shown == {"approval_id": approval_id, "digest": None, "shown": None}


async def test_contract_4_documents_that_are_signed_are_not_confirmed(front: Front) -> None:
    id_ = await offered(front, MOBILE)

    refused = await confirm(front, id_, TIIU)

    assert (refused.status_code, refused.json()["code"]) == (409, "signature_needed")
    assert rows(front.database, "SELECT FROM approval") == []


async def test_contract_4_where_nobody_acts_jointly_it_is_refused(front: Front) -> None:
    id_ = await offered(front)
    async with open_front(front.database, approvals=OFF) as closed:
        refused = await confirm(closed, id_, TIIU)

    assert (refused.status_code, refused.json()["code"]) == (409, "needs_joint_approval")


async def test_contract_4_a_joint_member_starts_no_mobiil_id_of_anothers(front: Front) -> None:
    answer = await start(front, {"product": "mobiil-id"}, TIIU, OTHER.id)

    assert (answer.status_code, answer.json()["code"]) == (409, "contract_refused")
