"""The inbox: one's own, in one's language, newest first; and nobody else's."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.messages.notices import NoticeKind
from tests.builders.notices import tell
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows
from tests.clients.api_client import PORTAL, Front, person_token

PATH = "/v1/me/notices"
MARIS, JAANS = person_token(MARI), person_token(JAAN)
OFFICE = account(KUUSK, name="Kuusk OÜ")


async def inbox(front: Front, query: str = "", token: str = MARIS, **headers: str) -> list[Any]:
    answer = await front.get(f"{PATH}{query}", token, **headers)
    assert answer.status_code == 200
    items: list[Any] = answer.json()["items"]
    return items


async def unread(front: Front, token: str = MARIS) -> list[UUID]:
    return [UUID(item["id"]) for item in await inbox(front, "?unread=true", token)]


async def test_deleg_14_an_inbox_is_paged_the_newest_first(front: Front) -> None:
    ids = [tell(front.database, MARI, number=number) for number in range(5)]
    tell(front.database, JAAN)

    seen, path = [], f"{PATH}?limit=2"
    while path:
        answer = await front.get(path, MARIS)
        seen += [UUID(item["id"]) for item in answer.json()["items"]]
        path = f"{PATH}?limit=2&after={answer.json()['next']}" if answer.json()["next"] else ""

    assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("accepted", "title", "language"),
    [
        ("en", "Access ends soon", "en"),
        ("ru-RU, en;q=0.5", "Доступ скоро закончится", "ru"),
        ("fi, et;q=0.2, en;q=0.9", "Access ends soon", "en"),
        ("fi, en;q=0", "Ligipääs saab peagi läbi", "et"),
        ("*;q=x,,;", "Ligipääs saab peagi läbi", "et"),
    ],
)
async def test_deleg_14_a_notice_is_in_the_language_that_is_asked_for(
    front: Front, accepted: str, title: str, language: str
) -> None:
    put(front.database, OFFICE)
    tell(front.database, MARI, NoticeKind.DELEGATION_ENDS_SOON, account_id=OFFICE.id)

    (shown,) = await inbox(front, accept_language=accepted)

    assert (shown["title"], shown["language"]) == (title, language)
    assert "Kuusk OÜ" in shown["body"]
    assert "2027" in shown["body"]


async def test_deleg_14_a_notice_is_in_the_language_that_the_person_chose(front: Front) -> None:
    tell(front.database, MARI)
    await front.put("/v1/me/settings", MARIS, {"language": "en", "sms": False})

    (shown,) = await inbox(front)

    assert (shown["title"], shown["language"]) == ("Access was revoked", "en")


async def test_deleg_14_a_later_owners_name_is_not_shown(front: Front) -> None:
    put(front.database, OFFICE)
    tell(front.database, MARI, account_id=OFFICE.id)
    put(front.database, account(JAAN, name="Jaani kodu"))

    (shown,) = await inbox(front, accept_language="en")

    assert shown["body"] == "Account: a customer account."
    assert shown["account_id"] == str(OFFICE.id)


async def test_deleg_14_reading_is_idempotent_and_keeps_the_first_moment(front: Front) -> None:
    one, other = tell(front.database, MARI, number=1), tell(front.database, MARI, number=2)

    first = await front.post(f"{PATH}/{one}/read", MARIS)
    (at,) = rows(front.database, "SELECT read_at FROM notice WHERE id = :id", id=one)
    again = await front.post(f"{PATH}/{one}/read", MARIS)

    assert (first.status_code, again.status_code) == (204, 204)
    assert rows(front.database, "SELECT read_at FROM notice WHERE id = :id", id=one) == [at]
    assert await unread(front) == [other]


async def test_deleg_14_reading_all_leaves_what_came_after_the_newest_that_was_seen(
    front: Front,
) -> None:
    _, seen, later = (tell(front.database, MARI, number=number) for number in range(3))
    others = tell(front.database, JAAN)

    answer = await front.post(f"{PATH}/read", MARIS, {"through": str(seen)})

    assert answer.status_code == 204
    assert await unread(front) == [later]
    assert await unread(front, JAANS) == [others]


@pytest.mark.parametrize("path", ["{id}/read", "read"])
async def test_deleg_14_anothers_notice_is_like_none(front: Front, path: str) -> None:
    jaans = tell(front.database, JAAN)

    async def read(id_: UUID, token: str, **headers: str) -> tuple[int, str]:
        body = {"through": str(id_)} if path == "read" else None
        answer = await front.post(f"{PATH}/{path.format(id=id_)}", token, body, **headers)
        return answer.status_code, answer.json()["code"]

    answers = [
        await read(jaans, MARIS),
        await read(uuid4(), MARIS),
        await read(jaans, PORTAL, on_behalf_of=str(front.id_of(MARI))),
    ]

    assert set(answers) == {(404, "not_found")}
    assert await inbox(front) == []
    assert await unread(front, JAANS) == [jaans]


async def test_deleg_14_the_portal_reads_the_inbox_of_the_person_that_it_names(
    front: Front,
) -> None:
    id_, named = tell(front.database, MARI), str(front.id_of(MARI))

    shown = await inbox(front, token=PORTAL, on_behalf_of=named)
    answer = await front.post(f"{PATH}/{id_}/read", PORTAL, on_behalf_of=named)

    assert [item["id"] for item in shown] == [str(id_)]
    assert answer.status_code == 204
    assert await unread(front) == []
