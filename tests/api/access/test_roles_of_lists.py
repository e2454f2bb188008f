"""api.1: a list says what a role allows once, and not beside every grant of it."""

from domain.access.permissions import Permission, permissions_of
from tests.builders.delegations import OFFICE, given, set_up_customers, terms
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.rows import give
from tests.clients.api_client import SUPPORT, Front, person_token


async def test_api_1_permissions_of_a_role_are_told_once_in_each_list(front: Front) -> None:
    set_up_customers(front.database)
    for who in (JAAN, KATI):
        give(front.database, who, OFFICE, "accountant")
    given(front.database, MARI, ANNA, OFFICE, terms(Permission.INVOICE_VIEW))

    people = (await front.get(f"/v1/accounts/{OFFICE.id}/people", person_token(MARI))).json()
    mine = (await front.get("/v1/me/accounts", person_token(ANNA))).json()
    of_kati = f"/v1/ops/people/{front.id_of(KATI)}/accounts"
    staff = (await front.get(of_kati, SUPPORT)).json()

    assert [(each["role"], each["permissions"]) for each in people["roles"]] == [
        (role, sorted(permissions_of(role))) for role in ("accountant", "administrator")
    ]
    grants = {each["person_id"]: each["grants"] for each in people["items"]}
    own = {
        front.id_of(who): ["invoice:view"] if who is ANNA else None for who in (KATI, ANNA, MARI)
    }
    for person_id, permissions in own.items():
        assert [each["permissions"] for each in grants[str(person_id)]] == [permissions]
    assert (mine["roles"], mine["items"][0]["permissions"]) == ([], ["invoice:view"])
    assert mine["items"][0]["grants"][0]["permissions"] == ["invoice:view"]
    assert [each["role"] for each in staff["roles"]] == ["accountant"]
    assert staff["items"][0]["permissions"] == sorted(permissions_of("accountant"))
