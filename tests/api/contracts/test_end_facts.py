"""contract.8: what only the operator knows of an end: a device that is kept, and changed terms."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.builders.contract_ends import subscription
from tests.builders.days import today
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import MARI
from tests.builders.rows import carry_out, rows
from tests.clients.api_client import BILLING, OPS, PORTAL, SUPPORT, Answer, Front, person_token
from tests.clients.contracting import preview

DEVICE: dict[str, Any] = {"device_value_left_cents": 9000, "device_instalments_left_cents": 12000}


async def tell(front: Front, id_: UUID, token: str = BILLING, **facts: Any) -> Answer:
    return await front.put(f"/v1/contracts/{id_}/end-facts", token, facts)


async def test_contract_8_a_device_that_is_kept_costs_what_is_left_of_it(front: Front) -> None:
    id_ = subscription(front.database)

    told = [await tell(front, id_, **DEVICE) for _ in range(2)]
    shown = (await preview(front, str(id_))).json()
    await tell(front, id_)
    after = (await preview(front, str(id_))).json()

    assert [each.status_code for each in told] == [204, 204]
    assert shown["cost"] == [
        {"cents": 9000, "currency": "EUR", "is_vat_included": True, "rule": "device_left"}
    ]
    assert shown["rules"][-1] == {"rule": "device_left", "law": "ESS § 100 (4)"}
    assert after["cost"] == []
    assert len(rows(front.database, "SELECT FROM event WHERE kind = 'contract:told'")) == 2


@pytest.mark.parametrize(("days", "status"), [(0, 200), (27, 200), (40, 409)])
async def test_contract_8_whoever_was_told_of_changed_terms_leaves_within_a_month(
    front: Front, days: int, status: int
) -> None:
    id_ = subscription(front.database)
    await tell(front, id_, terms_changed_on=str(today() - timedelta(days=days)))

    answer = await preview(front, str(id_), query="?reason=changed_terms")

    assert answer.status_code == status
    if status == 200:
        shown = answer.json()
        assert (shown["cost"], shown["earliest"]) == ([], str(today()))
        assert [each["rule"] for each in shown["rules"]] == ["changed_terms"]


async def test_contract_8_a_told_contract_of_a_larger_customer_costs_what_the_operator_knows(
    front: Front,
) -> None:
    told = {
        "account_id": str(OFFICE.id),
        "product": "Kõnepakett XL",
        "state": "active",
        "services": [str(PHONE.id)],
        "committed_until": str(today() + timedelta(days=90)),
        **DEVICE,
    }
    id_ = uuid4()
    await front.put(f"/v1/contracts/{id_}", BILLING, told)
    protected = (await preview(front, str(id_))).json()
    carry_out(
        front.database,
        "INSERT INTO customer_size (account_id, size_class, source, as_of)"
        " VALUES (:id, 'larger', 'annual_report', :day)",
        id=OFFICE.id,
        day=today(),
    )

    larger = (await preview(front, str(id_))).json()

    assert [each["rule"] for each in larger["rules"]] == ["notice", "term_left", "device_left"]
    assert (larger["cost_known"], protected["cost_known"]) == (False, True)
    assert larger["cost"] == protected["cost"]
    assert [each["cents"] for each in larger["cost"]] == [9000]


@pytest.mark.parametrize("token", [person_token(MARI), PORTAL, SUPPORT, OPS])
async def test_contract_8_nobody_but_the_operators_systems_tells_it(
    front: Front, token: str
) -> None:
    id_ = subscription(front.database)

    assert (await tell(front, id_, token, **DEVICE)).status_code == 403
    assert (await tell(front, uuid4(), **DEVICE)).status_code == 404
    assert (await tell(front, id_, device_value_left_cents=-1)).status_code == 422


async def test_contract_11_when_a_users_identity_document_was_replaced_is_told_once(
    front: Front,
) -> None:
    id_ = subscription(front.database)

    told = [await tell(front, id_, document_replaced_on=str(today())) for _ in range(2)]

    assert [each.status_code for each in told] == [204, 204]
    (kept,) = rows(front.database, "SELECT * FROM contract WHERE id = :id", id=id_)
    assert (kept.document_replaced_on, kept.state) == (today(), "active")
    assert len(rows(front.database, "SELECT FROM event WHERE kind = 'contract:told'")) == 1
