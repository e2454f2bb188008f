"""order.11: operations list drift over HTTP, decide about it, and have networks checked."""

from typing import Any
from uuid import uuid4

import pytest

from tests.builders.drift import checked, phones, shown
from tests.builders.rows import NOTED, rows
from tests.clients.api_client import ANN, OPS, Answer, Front

DRIFT = "/v1/ops/drift"


@pytest.fixture
def drifting(front: Front) -> Front:
    """Three telephones with another package and number than they should have."""
    made = phones(front.database, 3, package="M")
    checked(front.database, *(shown(each, package="L", msisdn="+37255199999") for each in made))
    return front


async def listed(front: Front, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await front.get(f"{DRIFT}{query}", OPS)).json()["items"]
    return items


async def decided(front: Front, decision: str, ids: list[str], key: str = "") -> Answer:
    body = {"decision": decision, "ids": ids, "reason": "looked at it"}
    return await front.post(f"{DRIFT}/decisions", OPS, body, idempotency_key=key or str(uuid4()))


async def test_order_11_drift_is_listed_page_by_page_and_counted(drifting: Front) -> None:
    first = (await drifting.get(f"{DRIFT}?characteristic=package&limit=2", OPS)).json()
    second = (
        await drifting.get(f"{DRIFT}?characteristic=package&limit=2&after={first['next']}", OPS)
    ).json()
    groups = (await drifting.get(f"{DRIFT}/groups", OPS)).json()["items"]

    assert {each["id"] for each in [*first["items"], *second["items"]]} == {
        each["id"] for each in await listed(drifting, "?characteristic=package")
    }
    assert second["next"] is None
    (one,) = second["items"]
    assert (one["expected"], one["shown"], one["state"]) == ("M", "L", "proposed")
    assert one["service_number"].startswith("+372551")
    (number,) = await listed(drifting, f"?characteristic=msisdn&service_id={one['service_id']}")
    assert (one["may"], number["may"]) == (["repair", "accept"], ["repair"])
    assert [(each["characteristic"], each["differences"]) for each in groups] == [
        ("msisdn", 3),
        ("package", 3),
    ]
    assert await listed(drifting, "?network=north") == []
    assert await listed(drifting, "?state=held") == []
    assert len(await listed(drifting, f"?service_id={one['service_id']}&network=")) == 2


@pytest.mark.parametrize("query", ["state=asleep", "characteristic=a'b", "network=A B", "after=x"])
async def test_order_11_a_filter_that_cannot_be_is_refused(front: Front, query: str) -> None:
    assert (await front.get(f"{DRIFT}?{query}", OPS)).status_code in {400, 422}


async def test_order_11_a_decision_is_made_once_and_shows_who_made_it(drifting: Front) -> None:
    one, *_ = await listed(drifting, "?characteristic=package")

    done = await decided(drifting, "repair", [one["id"]], key="again")
    again = await decided(drifting, "repair", [one["id"]], key="again")

    # The service is sent as a whole.
    assert (done.json(), again.json()) == ({"differences": 2, "services": 1},) * 2
    shows = (await drifting.get(f"{DRIFT}/{one['id']}", OPS)).json()
    assert shows["may"] == [], "somebody has decided"
    assert (shows["state"], shows["note"]) == ("to_repair", "looked at it")
    assert shows["decided_by"]["id"] == ANN
    assert len(rows(drifting.database, f"{NOTED} WHERE kind = 'drift:decided'")) == 1


async def test_order_11_what_is_accepted_is_what_the_service_should_have(drifting: Front) -> None:
    ids = [each["id"] for each in await listed(drifting)]

    done = await decided(drifting, "accept", ids)

    assert done.json() == {"differences": 3, "services": 3}
    assert {each["characteristic"] for each in await listed(drifting)} == {"msisdn"}
    found = rows(drifting.database, "SELECT DISTINCT wanted FROM service")
    assert [each.wanted for each in found] == [{"package": "L"}]
    (over, *_) = [each for each in ids if each not in {e["id"] for e in await listed(drifting)}]
    assert (await drifting.get(f"{DRIFT}/{over}", OPS)).json()["ending"] == "accepted"
    assert (await drifting.get(f"{DRIFT}/{uuid4()}", OPS)).status_code == 404


async def test_order_11_a_check_is_an_operation_and_one_is_open_at_a_time(front: Front) -> None:
    phones(front.database, 1)

    first = await front.post(f"{DRIFT}/checks", OPS, None, idempotency_key="1")
    second = await front.post(f"{DRIFT}/checks", OPS, None, idempotency_key="2")

    assert (first.status_code, first.json()["kind"]) == (202, "drift_check")
    assert second.headers["location"] == first.headers["location"]
    (check,) = (await front.get(f"{DRIFT}/checks", OPS)).json()["items"]
    assert (check["state"], check["result"], check["networks"]) == ("pending", None, [])


async def test_order_11_a_check_that_ended_shows_what_it_read_and_found(drifting: Front) -> None:
    (check,) = (await drifting.get(f"{DRIFT}/checks", OPS)).json()["items"]
    operation = (await drifting.get(f"/v1/operations/{check['id']}", OPS)).json()
    assert (await drifting.get(f"{DRIFT}/checks/{check['id']}", OPS)).json() == check
    assert (await drifting.get(f"{DRIFT}/checks/{uuid4()}", OPS)).status_code == 404

    assert operation["result"] == check["result"]
    assert operation["progress"] == {"done": 3, "total": 3}
    assert (check["result"]["differing"], check["result"]["unread"]) == (6, 0)
    assert check["networks"] == [
        {
            "network": "",
            "shown": 3,
            "rejected": 0,
            "total": None,
            "outcome": "complete",
            "code": None,
            "detail": "",
        }
    ]
