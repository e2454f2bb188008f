"""Cursors: opaque, of one list only, and never a way to ask for something else."""

import base64

import pytest

from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put
from tests.clients.api_client import OPS, SUPPORT, Front

COMPANY = account(KUUSK, 1)


def coded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "after",
    [
        pytest.param("", id="empty"),
        pytest.param("!!!", id="not-base64"),
        pytest.param("õ", id="not-ascii"),
        pytest.param(coded("x"), id="not-json"),
        pytest.param(coded('["history"]'), id="no-place"),
        pytest.param(coded('["people","00000000-0000-0000-0000-000000000001"]'), id="other-list"),
        pytest.param(coded('["history","1; DROP"]'), id="not-a-number"),
        pytest.param(coded('["history",-1]'), id="negative"),
        pytest.param(coded(f'["history",{10**30}]'), id="beyond-the-database"),
        pytest.param(coded("[" * 200), id="deep"),
    ],
)
async def test_an_invented_cursor_is_refused(front: Front, after: str) -> None:
    put(front.database, COMPANY)

    answer = await front.http.get(
        f"/v1/accounts/{COMPANY.id}/history",
        params={"after": after},
        headers={"Authorization": f"Bearer {SUPPORT}"},
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many"])
async def test_a_page_has_a_sensible_size(front: Front, limit: str) -> None:
    answer = await front.get(f"/v1/events?limit={limit}", OPS)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "limit")


async def test_the_next_link_keeps_the_filters(front: Front) -> None:
    put(front.database, *(account(KUUSK, number) for number in range(1, 4)))

    answer = await front.get("/v1/events?limit=2", OPS)

    path = answer.headers["Link"].partition(">")[0].removeprefix("<")
    assert path.startswith("/v1/events?limit=2&after=")
    assert len((await front.get(path, OPS)).json()["items"]) == 1
