"""deleg.14: who is offered access, or loses it, reads so in their inbox; nobody else does."""

from datetime import datetime

from domain.days import start_of
from domain.identifiers import PersonKey
from tests.builders.days import DAY, ZONE, today
from tests.builders.delegation_dates import days_pass, sweep
from tests.builders.delegations import (
    OFFICE,
    given,
    revoked,
    set_up_customers,
    terms,
)
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


async def test_deleg_10_histories_say_when_dates_brought_something_about(front: Front) -> None:
    set_up_customers(front.database)
    delegation = given(front.database, MARI, ANNA, OFFICE, terms(last=5))
    days_pass(front.database, 10)
    sweep(front.database)

    for path, who in ((f"/v1/accounts/{OFFICE.id}/history", MARI), ("/v1/me/history", ANNA)):
        items = (await front.get(path, person_token(who))).json()["items"]
        over = {item["kind"]: item for item in items if item["kind"] in {*_OVER}}
        assert set(over) == _OVER
        for item in over.values():
            assert datetime.fromisoformat(item["happened_at"]) == start_of(today() - 4 * DAY, ZONE)
            assert item["happened_at"] < item["at"]
            assert item["actor"]["kind"] == "engine"
        (began,) = [
            item
            for item in items
            if item["kind"] == "grant:started" and item["reason"]["code"] == "delegated"
        ]
        assert began["happened_at"] == began["at"]

    read = await front.get(f"/v1/delegations/{delegation.id}", person_token(ANNA))
    ended_at = datetime.fromisoformat(read.json()["ended_at"])
    assert (read.json()["state"], ended_at) == ("ended", start_of(today() - 4 * DAY, ZONE))


_OVER = {"delegation:ended", "grant:expired"}
