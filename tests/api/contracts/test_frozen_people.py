"""contract.10, contract.11, contract.12: a frozen person does nothing with their own contract."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from domain.catalogue.contract_terms import Party
from tests.builders import contracts
from tests.builders.contract_ends import mobiil_id
from tests.builders.delegations import OWN, PHONE
from tests.builders.freezes import freeze
from tests.builders.people import PEETER
from tests.clients.api_client import Answer, Front, person_token
from tests.clients.contracting import act, end, preview, read
from tests.clients.suspending import of, resume, suspend

Does = Callable[[Front, str], Awaitable[Answer]]


@pytest.fixture
def private(front: Front) -> UUID:
    """Peeter's Mobiil-ID, on Kuusk's telephone that he uses."""
    id_ = mobiil_id(front.database, front.id_of(PEETER), on=OWN)
    contracts.store_document(front.database, id_, OWN.id)
    return id_


async def reads_the_document(front: Front, id_: str) -> Answer:
    path = f"/v1/contracts/{id_}/document?kind=contract"
    return await front.get(path, person_token(PEETER))


async def calls_off(front: Front, id_: str) -> Answer:
    return await act(front, id_, "end/cancel", PEETER)


async def opens_it(front: Front, id_: str) -> Answer:
    return await resume(front, UUID(id_), PEETER)


DOES: list[Does] = [
    lambda front, id_: read(front, id_, PEETER),
    reads_the_document,
    lambda front, id_: preview(front, id_, PEETER),
    lambda front, id_: end(front, id_, PEETER),
    calls_off,
    opens_it,
]
NAMES = ["reads it", "reads its document", "previews", "ends it", "calls off", "opens it"]


@pytest.mark.parametrize("does", DOES, ids=NAMES)
async def test_contract_11_who_is_frozen_neither_reads_nor_changes_their_own(
    front: Front, private: UUID, does: Does
) -> None:
    await suspend(front, private, PEETER)
    if does is calls_off:
        await end(front, str(private), PEETER)
    before = of(front, private)
    freeze(front.database, PEETER)

    answer = await does(front, str(private))

    # Of a loss, which they may report, they know that it is there.
    refused = (403, "not_permitted") if does is opens_it else (404, "not_found")
    assert (answer.status_code, answer.json()["code"]) == refused
    assert of(front, private) == before


async def test_contract_10_who_is_frozen_reports_a_loss_all_the_same(
    front: Front, private: UUID
) -> None:
    freeze(front.database, PEETER)

    answer = await suspend(front, private, PEETER)

    assert answer.status_code == 202, answer.text
    assert of(front, private) == ("suspended", "lost")


@pytest.mark.parametrize("what", ["decline", "withdraw"])
async def test_contract_8_who_is_frozen_neither_declines_nor_withdraws(
    front: Front, what: str
) -> None:
    new = contracts.new_contract(
        OWN.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=front.id_of(PEETER),
        host_service_id=PHONE.id,
    )
    contracts.offered(front.database, new)
    freeze(front.database, PEETER)

    answer = await act(front, str(new.id), what, PEETER)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert of(front, new.id) == ("offered", None)
