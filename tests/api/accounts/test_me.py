"""The person who is calling: who that is, on whose behalf they may act, asking the register."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.access.grants import Origin
from domain.access.permissions import ACCESS_ROLES, Role
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, NOON, TAMM, sole, state
from tests.builders.rows import (
    account,
    carry_out,
    give,
    put,
    put_service,
    rows,
    service,
    store_states,
)
from tests.clients.api_client import PORTAL, Front, person_token

BUSINESS = account(KUUSK, 1, name="Kontor")
PRIVATE = account(MARI, 2)


async def test_a_first_login_makes_the_person_known_under_one_id(front: Front) -> None:
    first = await front.get("/v1/me", person_token(MARI))
    again = await front.get("/v1/me", person_token(MARI))

    assert first.json() == again.json() == {"id": str(front.id_of(MARI)), "name": ""}


async def test_the_portal_sees_the_person_whom_it_names(front: Front) -> None:
    store_states(front.database, state(sole(MARI)))
    put(front.database, BUSINESS)
    mari = str(front.id_of(MARI))

    answer = await front.get("/v1/me", PORTAL, on_behalf_of=mari)

    assert answer.json() == {"id": mari, "name": "Nimi"}


async def test_private_and_business_accounts_are_one_list(front: Front) -> None:
    put(front.database, BUSINESS, PRIVATE, account(TAMM, 3), account(JAAN, 4))
    store_states(front.database, state(sole(MARI)))

    answer = await front.get("/v1/me/accounts", person_token(MARI))

    private, business = answer.json()["items"]
    assert answer.json()["next"] is None
    assert "Link" not in answer.headers
    known = ("account_id", "reference", "name", "kind", "company_code")
    assert {name: business[name] for name in known} == {
        "account_id": str(BUSINESS.id),
        "reference": "K1",
        "name": "Kontor",
        "kind": "business",
        "company_code": KUUSK.code,
    }
    assert business["roles"] == ["administrator"]
    assert business["permissions"] == sorted(ACCESS_ROLES[Role.ADMINISTRATOR].permissions)
    assert business["reason"]["code"] == "sole_representation"
    assert datetime.fromisoformat(business["as_of"]) == NOON
    assert (business["until"], business["grants"][0]["service_id"]) == (None, None)
    assert (private["kind"], private["reason"]["code"]) == ("private", "own_account")


async def test_several_grants_on_one_account_are_one_item(front: Front) -> None:
    phone = service(1, BUSINESS)
    put(front.database, BUSINESS)
    put_service(front.database, phone)
    give(front.database, TIIU, BUSINESS, "user", on=phone)
    give(front.database, TIIU, BUSINESS, "accountant", origin=Origin.DELEGATION)

    (item,) = (await front.get("/v1/me/accounts", person_token(TIIU))).json()["items"]

    may = ACCESS_ROLES[Role.USER].permissions | ACCESS_ROLES[Role.ACCOUNTANT].permissions
    assert item["roles"] == ["accountant", "user"]
    assert item["permissions"] == sorted(may)
    assert [grant["service_id"] for grant in item["grants"]] == [str(phone.id), None]
    assert item["since"] == item["grants"][0]["since"]


async def test_the_latest_end_of_several_grants_is_shown(front: Front) -> None:
    put(front.database, BUSINESS)
    give(front.database, TIIU, BUSINESS, "user")
    give(front.database, TIIU, BUSINESS, "accountant")
    soon = datetime.now(UTC) + timedelta(days=1)
    carry_out(
        front.database,
        "UPDATE access_grant SET validity = tstzrange(lower(validity),"
        " :soon + CASE role WHEN 'user' THEN interval '0' ELSE interval '1 day' END)",
        soon=soon,
    )

    (item,) = (await front.get("/v1/me/accounts", person_token(TIIU))).json()["items"]

    assert datetime.fromisoformat(item["until"]) == soon + timedelta(days=1)


async def test_the_list_of_a_past_moment(front: Front) -> None:
    put(front.database, BUSINESS)
    store_states(front.database, state(sole(MARI)))
    then = datetime.now(UTC).isoformat()
    store_states(front.database, state(minute=1))

    async def listed(query: str) -> list[Any]:
        answer = await front.http.get(
            "/v1/me/accounts",
            params={"at": then} if query else {},
            headers={"Authorization": f"Bearer {person_token(MARI)}"},
        )
        items: list[Any] = answer.json()["items"]
        return items

    assert len(await listed(then)) == 1
    assert await listed("") == []


async def test_fault_10_of_an_account_that_one_has_lost_the_past_shows_its_id_alone(
    front: Front,
) -> None:
    put(front.database, BUSINESS, PRIVATE)
    store_states(front.database, state(sole(MARI)))
    (moment,) = rows(front.database, "SELECT clock_timestamp() AS now")
    put(front.database, account(TAMM, 1, reference="K9", name="Uus omanik"))
    put(front.database, account(MARI, 2, reference="K8", name="Minu"))

    answer = await front.http.get(
        "/v1/me/accounts",
        params={"at": moment.now.isoformat()},
        headers={"Authorization": f"Bearer {person_token(MARI)}"},
    )

    lost, own = answer.json()["items"]
    shown = ("account_id", "reference", "name", "kind", "roles")
    assert [lost[name] for name in shown] == [str(BUSINESS.id), None, None, None, ["administrator"]]
    assert [own[name] for name in shown[1:4]] == ["K8", "Minu", "private"]


async def test_every_account_is_on_exactly_one_page(front: Front) -> None:
    put(front.database, *(account(MARI, number) for number in range(1, 8)))
    seen: list[str] = []
    path: str | None = "/v1/me/accounts?limit=3"
    pages = 0

    while path:
        answer = await front.get(path, person_token(MARI))
        seen += [item["reference"] for item in answer.json()["items"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<") or None
        pages += 1

    assert seen == [f"K{number}" for number in range(1, 8)]
    assert pages == 3


async def test_a_full_last_page_has_no_next(front: Front) -> None:
    put(front.database, *(account(MARI, number) for number in range(1, 4)))

    answer = await front.get("/v1/me/accounts?limit=3", person_token(MARI))

    assert (len(answer.json()["items"]), answer.json()["next"]) == (3, None)


async def test_a_refresh_while_temporal_is_down_is_accepted_once_and_waits_to_be_started(
    front: Front,
) -> None:
    key = str(uuid4())

    answers = [
        await front.post("/v1/me/refresh", person_token(MARI), idempotency_key=key)
        for _ in range(2)
    ]

    assert {answer.status_code for answer in answers} == {202}
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["Retry-After"]
    (process,) = rows(front.database, "SELECT type, started_at, ended_at FROM process")
    assert tuple(process) == ("refresh", None, None)


NAMES = ["Šokolaad OÜ", "Saar AS", "Zorro", "Tamm", "Õun", "Vask", "Äke"]


async def test_page_5_accounts_are_sorted_as_estonian_sorts_also_over_pages(front: Front) -> None:
    named = dict(enumerate(NAMES, 1))
    put(front.database, *(account(MARI, number, name=name) for number, name in named.items()))

    listed: list[str] = []
    after = ""
    while after is not None:
        path = f"/v1/me/accounts?limit=2{after and f'&after={after}'}"
        answer = (await front.get(path, person_token(MARI))).json()
        listed += [item["name"] for item in answer["items"]]
        after = answer["next"]

    assert listed == ["Saar AS", "Šokolaad OÜ", "Zorro", "Tamm", "Vask", "Õun", "Äke"]


async def test_page_5_an_account_is_found_by_name_registry_code_and_customer_number(
    front: Front,
) -> None:
    put(front.database, account(KUUSK, 1, name='OÜ "Kuusk ja Pojad"'), account(MARI, 27))
    put(front.database, account(TAMM, 3, name="Kuusk"))
    store_states(front.database, state(sole(MARI)))

    async def found(words: str) -> list[str]:
        answer = await front.http.get(
            "/v1/me/accounts",
            params={"q": words},
            headers={"Authorization": f"Bearer {person_token(MARI)}"},
        )
        return [item["reference"] for item in answer.json()["items"]]

    assert await found("kuusk JA") == ["K1"]
    assert await found(KUUSK.code[:5]) == ["K1"]
    assert await found("k27") == ["K27"]
    assert await found("%") == await found("_") == await found("tamm") == []
    assert await found(TAMM.code) == [], "somebody else's"


async def test_page_5_each_grant_says_why_in_the_language_asked_for(front: Front) -> None:
    put(front.database, PRIVATE)

    said = {}
    for language in ("et", "ru", "en"):
        answer = await front.http.get(
            "/v1/me/accounts",
            headers={
                "Authorization": f"Bearer {person_token(MARI)}",
                "Accept-Language": language,
            },
        )
        (item,) = answer.json()["items"]
        said[language] = item["grants"][0]["sentence"]

    assert len(set(said.values())) == 3
    assert all(said.values())


async def test_what_an_account_is_called_now_is_not_searched_of_a_past_moment(
    front: Front,
) -> None:
    then = datetime.now(UTC).isoformat()

    answer = await front.http.get(
        "/v1/me/accounts",
        params={"q": "kuusk", "at": then},
        headers={"Authorization": f"Bearer {person_token(MARI)}"},
    )

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["q"]
