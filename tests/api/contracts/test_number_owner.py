"""contract.11: a user's own contract on another's number: what the owner of the number may do."""

from uuid import UUID

import pytest

from domain.documents.kinds import DocumentKind
from domain.identifiers import PersonKey
from domain.numbers.sms_texts import Language
from storage.documents import documents
from storage.documents.documents import NewDocument
from tests.builders.contract_ends import mobiil_id
from tests.builders.delegations import OFFICE, OWN
from tests.builders.people import KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, rows
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.contracting import act, end, read


@pytest.fixture
def private(front: Front) -> str:
    """Peeter's Mobiil-ID, on Kuusk's telephone that he uses."""
    return str(mobiil_id(front.database, front.id_of(PEETER), on=OWN))


def told(front: Front, kind: str) -> list[UUID]:
    found = rows(front.database, "SELECT person_id FROM notice WHERE kind = :kind", kind=kind)
    return sorted(each.person_id for each in found)


@pytest.mark.parametrize("who", [MARI, PEETER], ids=["owner", "user"])
async def test_contract_11_owner_and_user_each_may_end_it_and_both_are_told_once(
    front: Front, private: str, who: PersonKey
) -> None:
    both = sorted(front.id_of(each) for each in (MARI, PEETER))

    ended, again = [await end(front, private, who) for _ in range(2)]

    assert (ended.status_code, again.status_code) == (200, 409), ended.text
    assert ended.json()["state"] == "ending"
    assert told(front, "contract_ends") == both
    named = rows(
        front.database, "SELECT person_id, account_id FROM notice WHERE kind = 'contract_ends'"
    )
    assert dict(map(tuple, named)) == {
        front.id_of(MARI): OFFICE.id,
        front.id_of(PEETER): OWN.id,
    }

    assert (await act(front, private, "end/cancel", who)).status_code == 200
    assert told(front, "contract_goes_on") == both


async def test_contract_11_the_owner_sees_that_it_is_there_and_not_what_it_says(
    front: Front, private: str
) -> None:
    new = NewDocument(DocumentKind.CONTRACT, OWN.id, UUID(private), Language.ESTONIAN, b"%PDF-1")
    with front.database.transaction() as session:
        documents.store(session, new)
    paths = [
        f"/v1/contracts/{private}/documents",
        f"/v1/contracts/{private}/document?kind=contract",
    ]

    shown = (await read(front, private, MARI)).json()
    listed = await front.get(f"/v1/accounts/{OFFICE.id}/contracts", person_token(MARI))
    statuses = {
        name: {(await front.get(path, token)).status_code for path in paths}
        for name, token in {
            "owner": person_token(MARI),
            "views": person_token(KATI),
            "user": person_token(PEETER),
            "staff": SUPPORT,
        }.items()
    }

    assert (shown["state"], shown["may_end"]) == ("active", True)
    assert [each["id"] for each in listed.json()["items"]] == [private]
    assert statuses == {"owner": {404}, "views": {404}, "user": {200}, "staff": {200}}


async def test_contract_11_who_sees_the_owners_contracts_ends_none_of_a_user(
    front: Front, private: str
) -> None:
    refused = await end(front, private, KATI)

    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await read(front, private, TIIU)).status_code == 404
    assert (await end(front, private, TIIU)).status_code == 404
    assert told(front, "contract_ends") == []


async def test_contract_11_another_owner_of_the_number_sees_nothing_of_it(
    front: Front, private: str
) -> None:
    carry_out(front.database, "UPDATE contract SET host_owner_id = gen_random_uuid()")

    assert (await read(front, private, MARI)).status_code == 404
    assert (await end(front, private, PEETER)).status_code == 200
    assert told(front, "contract_ends") == [front.id_of(PEETER)]
