"""People list their own contracts, wherever these are."""

from domain.catalogue.contract_terms import Party
from tests.builders import contracts
from tests.builders.contract_ends import mobiil_id, subscription
from tests.builders.delegations import OFFICE, PHONE
from tests.builders.people import JAAN, MARI, PEETER
from tests.builders.rows import rows
from tests.clients.api_client import PORTAL, Front, person_token

PATH = "/v1/me/contracts"


async def ids(front: Front, token: str, query: str = "", **more: str) -> list[str]:
    answer = await front.get(PATH + query, token, **more)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_page_9_a_user_lists_own_contracts_without_access_to_the_account(
    front: Front,
) -> None:
    subscription(front.database)
    id_ = str(mobiil_id(front.database, front.id_of(PEETER)))
    peeter = person_token(PEETER)

    assert await ids(front, peeter) == [id_]
    assert await ids(front, PORTAL, on_behalf_of=str(front.id_of(PEETER))) == [id_]
    assert await ids(front, person_token(MARI)) == await ids(front, person_token(JAAN)) == []
    assert (await front.get(f"/v1/accounts/{OFFICE.id}", peeter)).status_code == 404
    assert (await front.get(f"/v1/contracts/{id_}", peeter)).json()["account_id"] == str(OFFICE.id)


async def test_page_9_an_own_contract_that_is_offered_waits_and_names_its_user(
    front: Front,
) -> None:
    new = contracts.new_contract(
        OFFICE.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=front.id_of(PEETER),
        host_service_id=PHONE.id,
    )
    id_ = contracts.offered(front.database, new)

    waiting = (await front.get("/v1/me/waiting", person_token(PEETER))).json()
    shown = (await front.get(f"/v1/contracts/{id_}", person_token(PEETER))).json()
    by_mari = (await front.get(f"/v1/contracts/{id_}", person_token(MARI))).json()

    (found,) = rows(front.database, "SELECT name FROM person WHERE code = :c", c=PEETER.code)
    assert waiting["contracts"] == 1
    user = {"id": str(front.id_of(PEETER)), "name": found.name or None}
    assert (shown["missing"], by_mari["missing"]) == ([[user]], [])
