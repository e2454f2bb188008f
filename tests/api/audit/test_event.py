"""One event, with its place in the chain, for those who may see it."""

import pytest

from storage.audit import hash_chain
from tests.builders.delegations import OFFICE, given, offered, set_up_customers
from tests.builders.people import ANNA, JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import account, give, put, put_service, rows, service, store_states
from tests.clients.api_client import OPS, PORTAL, SUPPORT, WATCHER, Front, person_token

COMPANY = account(KUUSK, 1)


def path(front: Front, kind: str, which: int = -1) -> str:
    found = rows(front.database, "SELECT id FROM event WHERE kind = :kind ORDER BY id", kind=kind)
    return f"/v1/events/{found[which].id}"


async def test_deleg_17_an_event_has_its_place_once_it_is_sealed(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    event = path(front, "grant:started")

    before = (await front.get(event, person_token(MARI))).json()
    hash_chain.seal_all(front.database)
    after = (await front.get(event, person_token(MARI))).json()
    sealed = (await front.get("/v1/events", WATCHER)).json()["items"][-1]

    assert (before["position"], before["hash"]) == (None, None)
    assert (after["position"], after["hash"]) == (sealed["position"], sealed["hash"])
    assert (after["id"], after["account_id"]) == (sealed["id"], str(COMPANY.id))


async def test_deleg_17_an_event_is_for_those_who_see_the_account_or_are_its_person(
    front: Front,
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    give(front.database, TIIU, COMPANY, "user")
    event = path(front, "grant:started")

    allowed = [
        await front.get(event, person_token(MARI)),
        await front.get(event, person_token(TIIU)),
        await front.get(event, PORTAL, on_behalf_of=str(front.id_of(MARI))),
        await front.get(event, SUPPORT),
        await front.get(event, OPS),
        await front.get(event, WATCHER),
    ]
    named = (await front.get(path(front, "grant:started", 0), person_token(MARI))).json()[
        "person_name"
    ]
    unnamed = (await front.get(path(front, "grant:started", 0), WATCHER)).json()["person_name"]
    refused = [
        await front.get(event, person_token(JAAN)),
        await front.get(event, PORTAL, on_behalf_of=str(front.id_of(JAAN))),
        await front.get(path(front, "grant:started", 0), person_token(TIIU)),
        await front.get(path(front, "register_state:changed"), person_token(MARI)),
        await front.get("/v1/events/987654321", person_token(MARI)),
        await front.get("/v1/events/987654321", OPS),
    ]

    assert (named, unnamed) == ("Nimi", None)
    assert [answer.status_code for answer in allowed] == [200] * len(allowed)
    assert [answer.status_code for answer in refused] == [404] * len(refused)
    assert len({str(answer.json() | {"instance": ""}) for answer in refused}) == 1


@pytest.mark.parametrize("kind", ["account:created", "account:changed", "grant:ended"])
async def test_deleg_17_events_before_the_present_owner_are_for_staff(
    front: Front, kind: str
) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)), state(sole(JAAN), of=TAMM))
    put(front.database, account(TAMM, 1))
    event = path(front, kind)

    by_owner = await front.get(event, person_token(JAAN))

    assert (by_owner.status_code, (await front.get(event, SUPPORT)).status_code) == (404, 200)


async def test_deleg_17_an_event_that_names_the_owner_before_is_not_the_new_owners(
    front: Front,
) -> None:
    put(front.database, account(JAAN, 2))
    put(front.database, account(MARI, 2))

    answer = await front.get(path(front, "account:changed"), person_token(MARI))

    assert answer.status_code == 404


async def test_deleg_17_notes_and_ids_of_staff_are_for_staff(front: Front) -> None:
    put(front.database, COMPANY)
    put_service(front.database, service(1, COMPANY))
    store_states(front.database, state(sole(MARI)))
    why = {"reason": "Mari rang wq7"}
    resend = f"/v1/services/{service(1, COMPANY).id}/resend"
    await front.post(resend, OPS, why, idempotency_key="k")
    event = path(front, "service:resend_requested")

    by_person = (await front.get(event, person_token(MARI))).json()
    by_program = (await front.get(event, WATCHER)).json()
    by_staff = (await front.get(event, SUPPORT)).json()

    assert (by_person["actor"]["id"], by_person["note"]) == ("operator", None)
    assert by_program["note"] is None
    assert by_staff["note"] == why["reason"]


async def test_deleg_11_one_event_tells_no_more_than_histories(front: Front) -> None:
    """The notice of an offer is an event too: it must not tell the giver who was behind a code."""
    set_up_customers(front.database)
    given(front.database, MARI, ANNA, OFFICE)
    offered(front.database, MARI, TIIU, OFFICE)
    mari, account_id = person_token(MARI), OFFICE.id

    pages = [
        await front.get(f"/v1/accounts/{account_id}/history", mari),
        await front.get("/v1/me/history", mari),
    ]
    listed = {event["id"] for page in pages for event in page.json()["items"]}
    events = rows(front.database, "SELECT id, kind FROM event ORDER BY id")
    single = {each.id: await front.get(f"/v1/events/{each.id}", mari) for each in events}
    readable = {id_ for id_, answer in single.items() if answer.status_code == 200}

    assert readable == listed
    assert str(front.id_of(TIIU)) not in "".join(single[id_].text for id_ in readable)
    assert "notice:created" in {each.kind for each in events if each.id not in readable}
