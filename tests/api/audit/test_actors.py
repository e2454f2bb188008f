"""Events say which person acted; names are shown to whoever may see them."""

from typing import Any

from domain.audit import GENESIS, chained
from storage.delegations import answers
from tests.builders.delegations import OFFICE, actor, given, offered, set_up_customers
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.rows import rows
from tests.clients.api_client import PORTAL, SUPPORT, WATCHER, Front, person_token

SETTINGS = "/v1/me/settings"
HISTORY = f"/v1/accounts/{OFFICE.id}/history"
RUSSIAN = {"language": "ru", "sms": False}
ESTONIAN = {"language": "et", "sms": False}


async def newest(front: Front, token: str, kind: str) -> Any:
    items = (await front.get(HISTORY, token)).json()["items"]
    return next(item for item in items if item["kind"] == kind)


async def test_deleg_12_events_name_the_person_who_acted_or_for_whom_the_portal_did(
    front: Front,
) -> None:
    mari = str(front.id_of(MARI))
    await front.put(SETTINGS, person_token(MARI), RUSSIAN)
    await front.put(SETTINGS, PORTAL, ESTONIAN, on_behalf_of=mari)

    told = rows(
        front.database, "SELECT actor FROM event WHERE kind = 'contact:changed' ORDER BY id"
    )
    assert [event.actor for event in told] == [
        {"kind": "person", "id": mari},
        {"kind": "portal", "id": "portal", "for": mari},
    ]


async def test_deleg_12_the_feed_has_the_portals_person_and_its_chain_can_be_recomputed(
    front: Front,
) -> None:
    await front.put(SETTINGS, PORTAL, RUSSIAN, on_behalf_of=str(front.id_of(MARI)))

    previous = GENESIS
    for item in (await front.get("/v1/events", WATCHER)).json()["items"]:
        line = {name: item[name] for name in item if name not in ("position", "hash")}
        previous = chained(previous, line)
        assert item["hash"] == previous
    assert item["actor"]["for"] == str(front.id_of(MARI))


async def test_deleg_12_a_refused_request_creates_no_person(front: Front) -> None:
    answer = await front.put(SETTINGS, person_token(TIIU), RUSSIAN | {"number": "1"})

    assert (answer.status_code, rows(front.database, "SELECT FROM person")) == (422, [])


async def test_deleg_19_the_history_names_a_giver_with_access(front: Front) -> None:
    set_up_customers(front.database)
    offered(front.database, MARI, JAAN, OFFICE)

    shown = [
        (await newest(front, token, "delegation:offered"))["actor"]
        for token in (person_token(MARI), SUPPORT)
    ]

    giver = {
        "kind": "person",
        "id": str(front.id_of(MARI)),
        "run": None,
        "for": None,
        "break_glass": False,
    }
    assert shown == [giver | {"name": "Nimi"}] * 2


async def test_deleg_11_the_history_names_no_one_who_declines(front: Front) -> None:
    set_up_customers(front.database)
    offer = offered(front.database, MARI, JAAN, OFFICE)
    by = actor(front.database, JAAN)
    with front.database.transaction() as session:
        assert answers.decline(session, offer.version_id, front.id_of(JAAN), actor=by)

    to_giver, to_staff = [
        (await newest(front, token, "delegation:declined"))["actor"]["name"]
        for token in (person_token(MARI), SUPPORT)
    ]

    assert (to_giver, to_staff) == (None, "Nimi")


async def test_deleg_11_no_history_of_the_giver_tells_who_declined(front: Front) -> None:
    """Nor does what they are told: the notice was caused by whoever declined."""
    set_up_customers(front.database)
    offer = offered(front.database, MARI, JAAN, OFFICE)
    by = actor(front.database, JAAN)
    with front.database.transaction() as session:
        assert answers.decline(session, offer.version_id, front.id_of(JAAN), actor=by)

    mari, jaan = person_token(MARI), str(front.id_of(JAAN))
    own = await front.get("/v1/me/history", mari)
    events = rows(front.database, "SELECT id FROM event ORDER BY id")
    single = [await front.get(f"/v1/events/{each.id}", mari) for each in events]

    told = own.json()["items"][0]
    assert told["after"]["kind"] == "delegation_declined"
    assert (told["actor"]["id"], told["actor"]["name"]) == ("", None)
    assert not [answer.json() for answer in (own, *single) if jaan in answer.text]


async def test_deleg_19_a_program_reads_no_name_in_an_event(front: Front) -> None:
    set_up_customers(front.database)
    given(front.database, MARI, JAAN, OFFICE)
    events = rows(front.database, "SELECT id FROM event ORDER BY id")

    read = [await front.get(f"/v1/events/{each.id}", WATCHER) for each in events]

    assert {answer.status_code for answer in read} == {200}
    assert not [answer.json() for answer in read if "Nimi" in answer.text]
