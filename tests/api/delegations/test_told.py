"""deleg.14: who is offered access, or loses it, reads so in their inbox; nobody else does."""

from domain.identifiers import PersonKey
from tests.builders.delegations import OFFICE, given, revoked, set_up_customers
from tests.builders.people import ANNA, MARI
from tests.clients.api_client import OPS, Front, person_token


async def titles(front: Front, who: PersonKey) -> list[str]:
    answer = await front.get("/v1/me/notices", person_token(who))
    return [item["title"] for item in answer.json()["items"]]


async def test_deleg_14_the_inbox_says_what_happened_in_estonian(front: Front) -> None:
    set_up_customers(front.database)
    delegation = given(front.database, MARI, ANNA, OFFICE)
    for _ in range(2):
        revoked(front.database, delegation, MARI)

    assert await titles(front, ANNA) == ["Ligipääs on tühistatud", "Teile pakutakse ligipääsu"]
    assert await titles(front, MARI) == ["Saaja kinnitas ligipääsu"]


async def test_deleg_14_an_accounts_history_tells_no_receivers_language(front: Front) -> None:
    set_up_customers(front.database)
    given(front.database, MARI, ANNA, OFFICE)
    path = f"/v1/accounts/{OFFICE.id}/history"

    seen = {
        token: [item["kind"] for item in (await front.get(path, token)).json()["items"]]
        for token in (person_token(MARI), OPS)
    }

    assert "notice:created" not in seen[person_token(MARI)]
    assert "notice:created" in seen[OPS]
