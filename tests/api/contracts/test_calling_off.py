"""contract.12: an end is called off by the side that set it, by their fresh login, or by staff."""

from datetime import timedelta

import pytest

from domain.contracts.end_preview import WantedEnd
from domain.contracts.reasons import EndReason
from domain.identifiers import PersonKey
from storage.contract_orders import previewed_end
from tests.builders import contracts
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.days import ZONE, today
from tests.builders.delegations import OWN
from tests.builders.freezes import ANN
from tests.builders.people import MARI, PEETER
from tests.clients.api_client import OPS, Front
from tests.clients.contracting import act, end, preview, read


@pytest.fixture
def private(front: Front) -> str:
    """Peeter's Mobiil-ID, on Kuusk's telephone that he uses."""
    return str(mobiil_id(front.database, front.id_of(PEETER), on=OWN))


@pytest.mark.parametrize(
    "reason", [EndReason.BREACH, EndReason.COMPANY_BANKRUPT, EndReason.CUSTOMER]
)
async def test_contract_12_what_operations_set_is_not_the_customers_to_call_off(
    front: Front, reason: EndReason
) -> None:
    id_ = subscription(front.database)
    wanted = WantedEnd(reason, today() + timedelta(days=40))
    with front.database.transaction() as session:
        shown = previewed_end.computed(session, contracts.locked(session, id_), wanted, ZONE)
        previewed_end.set_as(session, shown, actor=ANN)

    seen = (await read(front, str(id_))).json()["end"]
    person = await act(front, str(id_), "end/cancel")
    path, why = f"/v1/ops/contracts/{id_}/end/cancel", {"reason": "Makstud"}
    staff = await front.post(path, OPS, why, idempotency_key="a")

    assert (seen["is_from_outside"], seen["may_call_off"]) == (True, False)
    assert (person.status_code, person.json()["code"]) == (409, "end_from_outside")
    assert (staff.status_code, staff.json()["state"]) == (200, "active"), staff.text


@pytest.mark.parametrize(("first", "other"), [(MARI, PEETER), (PEETER, MARI)])
async def test_contract_11_only_the_side_that_set_the_end_calls_it_off(
    front: Front, private: str, first: PersonKey, other: PersonKey
) -> None:
    assert (await end(front, private, first)).status_code == 200

    seen = [(await read(front, private, who)).json()["end"] for who in (first, other)]
    refused = await act(front, private, "end/cancel", other)
    done = await act(front, private, "end/cancel", first)

    assert [each["may_call_off"] for each in seen] == [True, False]
    assert (refused.status_code, refused.json()["code"]) == (409, "end_from_outside")
    assert (done.status_code, done.json()["state"]) == (200, "active"), done.text


@pytest.mark.parametrize(("first", "other"), [(MARI, PEETER), (PEETER, MARI)])
async def test_contract_11_a_far_end_of_one_side_does_not_keep_the_other_from_ending_it(
    front: Front, private: str, first: PersonKey, other: PersonKey
) -> None:
    far, near = (str(today() + timedelta(days=days)) for days in (90, 60))
    shown = (await preview(front, private, first, f"?on={far}")).json()
    await end(front, private, first, preview=shown["digest"], on=far)

    later = await preview(front, private, other, "?on=" + str(today() + timedelta(days=91)))
    own = await preview(front, private, first, f"?on={near}")
    sooner = (await preview(front, private, other, f"?on={near}")).json()
    ended = await end(front, private, other, preview=sooner["digest"], on=near)

    assert [each.json()["code"] for each in (later, own)] == ["contract_ending"] * 2
    assert ended.status_code == 200, ended.text
    assert ended.json()["end"]["at"] == sooner["at"]
    assert ended.json()["end"]["may_call_off"] is True


async def test_contract_12_a_login_of_unknown_age_calls_nothing_off(front: Front) -> None:
    id_ = str(subscription(front.database))
    await end(front, id_)

    answer = await act(front, id_, "end/cancel", auth_time=None)

    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")
    assert (await read(front, id_)).json()["state"] == "ending"
