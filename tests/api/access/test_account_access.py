"""Access to an account and its history, shown to people with access and to staff."""

from uuid import uuid4

import pytest

from api.auth.principals import StaffRole
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state, together
from tests.builders.rows import account, give, put, put_service, rows, service, store_states
from tests.clients.api_client import (
    OPS,
    PORTAL,
    SUPPORT,
    WATCHER,
    Front,
    known_as,
    person_token,
    staff_token,
)

COMPANY = account(KUUSK, 1)
PEOPLE = f"/v1/accounts/{COMPANY.id}/people"
HISTORY = f"/v1/accounts/{COMPANY.id}/history"


async def test_an_administrator_sees_who_has_access_and_why(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    give(front.database, TIIU, COMPANY, "accountant")

    answer = await front.get(PEOPLE, person_token(MARI))

    shown = {item["person_id"]: item for item in answer.json()["items"]}
    mari, tiiu = shown[str(front.id_of(MARI))], shown[str(front.id_of(TIIU))]
    assert (mari["name"], mari["roles"]) == ("Nimi", ["administrator"])
    assert mari["reason"]["code"] == "sole_representation"
    assert (tiiu["roles"], tiiu["reason"]["code"]) == (["accountant"], "given")


async def test_a_joint_representative_sees_who_the_others_are(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN))

    answer = await front.get(PEOPLE, person_token(MARI))

    assert {item["person_id"] for item in answer.json()["items"]} == {
        str(front.id_of(MARI)),
        str(front.id_of(JAAN)),
    }


async def test_nobody_is_shown_a_personal_code(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, together(MARI, JAAN))

    shown = [(await front.get(path, SUPPORT)).text for path in (PEOPLE, HISTORY)]

    assert not any(person.code in text for text in shown for person in (MARI, JAAN))


@pytest.mark.parametrize("path", [PEOPLE, HISTORY], ids=["people", "history"])
async def test_without_access_an_account_is_as_if_it_did_not_exist(front: Front, path: str) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    give(front.database, TIIU, COMPANY, "user")
    invented = path.replace(str(COMPANY.id), str(uuid4()))

    answers = [
        await front.get(path, person_token(JAAN)),
        await front.get(path, person_token(TIIU)),  # has access, but not this permission
        await front.get(invented, person_token(JAAN)),
        await front.get(invented, person_token(MARI)),
        await front.get(invented, SUPPORT),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({str(answer.json() | {"instance": ""}) for answer in answers}) == 1


@pytest.mark.parametrize("path", [PEOPLE, HISTORY], ids=["people", "history"])
async def test_staff_and_the_portal_for_a_person_see_it(front: Front, path: str) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))

    answers = [
        await front.get(path, SUPPORT),
        await front.get(path, OPS),
        await front.get(path, PORTAL, on_behalf_of=str(front.id_of(MARI))),
    ]
    refused = await front.get(path, PORTAL, on_behalf_of=str(front.id_of(JAAN)))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(answer.json()["items"] for answer in answers)
    assert refused.status_code == 404


async def test_fault_10_who_had_access_before_the_caller_is_shown_by_id(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)), state(sole(JAAN), of=TAMM))
    give(front.database, TIIU, COMPANY, "accountant")
    (moment,) = rows(front.database, "SELECT clock_timestamp() AS now")
    put(front.database, account(TAMM, 1))

    async def names(token: str) -> dict[str, str | None]:
        answer = await front.http.get(
            PEOPLE,
            params={"at": moment.now.isoformat()},
            headers={"Authorization": f"Bearer {token}"},
        )
        return {item["person_id"]: item["name"] for item in answer.json()["items"]}

    mari, tiiu = str(front.id_of(MARI)), str(front.id_of(TIIU))
    assert await names(person_token(JAAN)) == {mari: None, tiiu: None}
    assert await names(SUPPORT) == {mari: "Nimi", tiiu: ""}


async def test_fault_10_a_new_owner_does_not_see_what_was_before(front: Front) -> None:
    """Neither the former owner, nor whose access ended with the change."""
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)), state(sole(JAAN), of=TAMM))
    give(front.database, TIIU, COMPANY, "accountant")
    put(front.database, account(TAMM, 1))
    put(front.database, account(TAMM, 1, name="Uus"))

    seen = (await front.get(HISTORY, person_token(JAAN))).json()["items"]
    by_staff = (await front.get(HISTORY, SUPPORT)).json()["items"]

    jaan = str(front.id_of(JAAN))
    assert {event["person_id"] for event in seen} == {jaan, None}
    assert [event["kind"] for event in reversed(seen)][:2] == ["grant:started", "account:changed"]
    assert str(front.id_of(MARI)) not in str(seen)
    assert len(by_staff) > len(seen) + 4
    assert [event["kind"] for event in by_staff][-1] == "account:created"


async def test_the_history_is_listed_newest_first_and_ends_on_its_last_page(front: Front) -> None:
    put(front.database, COMPANY)
    store_states(front.database, state(sole(MARI)))
    store_states(front.database, state(sole(JAAN), minute=1))
    store_states(front.database, state(sole(MARI), minute=2))

    first = (await front.get(f"{HISTORY}?limit=4", SUPPORT)).json()
    second = (await front.get(f"{HISTORY}?limit=4&after={first['next']}", SUPPORT)).json()

    events = [*first["items"], *second["items"]]
    assert [event["kind"] for event in events] == [
        "grant:started",
        "grant:ended",
        "grant:started",
        "grant:ended",
        "grant:started",
        "account:created",
    ]
    assert second["next"] is None
    assert events[1]["reason"]["code"] == "not_in_register"
    assert events[1]["person_name"] == "Nimi"
    assert events[1]["actor"] == {
        "kind": "register",
        "id": "EE",
        "run": None,
        "for": None,
        "break_glass": False,
        "name": None,
    }


async def test_fault_21_customers_see_operator_and_a_code_where_staff_see_names_and_notes(
    front: Front,
) -> None:
    """So does a portal; a follower of the feed reads a pseudonymous id, and no words."""
    put(front.database, COMPANY)
    put_service(front.database, service(1, COMPANY))
    store_states(front.database, state(sole(MARI)))
    staff_ = staff_token(StaffRole.OPS, subject="0b5a", name="Nimi Wq7")
    path, why = f"/v1/services/{service(1, COMPANY).id}/resend", {"reason": "Mari rang wq7"}
    asked = (await front.post(path, staff_, why, idempotency_key="k")).json()

    places = (HISTORY, PEOPLE, "/v1/me/accounts")
    mari = str(front.id_of(MARI))
    customers = [
        *[await front.get(place, person_token(MARI)) for place in places],
        *[await front.get(place, PORTAL, on_behalf_of=mari) for place in places],
    ]
    answer = await front.get(HISTORY, staff_token(StaffRole.SUPPORT, name="x"))
    acted = rows(front.database, "SELECT name FROM staff")
    by_customer, by_portal = customers[0].json(), customers[3].json()
    by_staff = (await front.get(HISTORY, SUPPORT)).json()["items"][0]
    feed = (await front.get("/v1/events", WATCHER)).json()["items"][-1]

    assert {answer.status_code for answer in customers} == {200}
    assert by_customer["items"] == by_portal["items"]
    assert (answer.status_code, [each.name for each in acted]) == (200, ["Nimi Wq7"])
    shown = by_customer["items"][0]
    assert (shown["kind"], shown["reason"]["code"]) == ("service:resend_requested", "requested")
    assert shown["actor"] == {
        "kind": "ops",
        "id": "operator",
        "run": None,
        "for": None,
        "break_glass": False,
        "name": None,
    }
    told = "".join(answer.text for answer in customers).lower()
    assert [word for word in ("wq7", known_as("0b5a")) if word in told] == []
    assert (by_staff["actor"]["id"], by_staff["actor"]["name"], by_staff["note"]) == (
        known_as("0b5a"),
        "Nimi Wq7",
        why["reason"],
    )
    assert feed["actor"] == {"kind": "ops", "id": known_as("0b5a")}
    assert set(feed["reason"]) == {"code", "text", "facts", "note_digest"}
    assert "wq7" not in f"{feed} {asked}".lower()
