"""Staff take the events of a search out of here."""

import json
from datetime import UTC, datetime, timedelta

from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, sole, state
from tests.builders.rows import account, carry_out, put, rows, store_states
from tests.clients.api_client import OPS, SUPPORT, Front, person_token

EXPORT = "/v1/ops/events/export"
MANY = 1_201
_MANY = """INSERT INTO event (at, kind, actor, after)
SELECT clock_timestamp(), 'database:restored', '{"kind": "engine", "id": ""}', '{}'
FROM generate_series(1, :many)"""


async def test_page_14_an_export_has_every_event_and_is_one_itself(front: Front) -> None:
    carry_out(front.database, _MANY, many=MANY)

    answer = await front.post(f"{EXPORT}?kind=database:restored", OPS)

    assert answer.status_code == 200
    lines = [json.loads(line) for line in answer.text.splitlines()]
    ids = [each["id"] for each in lines]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == MANY
    (event,) = rows(front.database, "SELECT * FROM event WHERE kind = 'events:exported'")
    assert event.actor["kind"] == "ops"
    assert event.after["count"] == MANY
    assert event.after["kind"] == "database:restored"
    assert {"since", "until"} < event.after.keys()
    assert event.account_id is None, "what staff look at is not in an account's history"


async def test_page_14_a_person_sees_that_what_is_about_them_was_exported(front: Front) -> None:
    put(front.database, account(KUUSK, 1))
    store_states(front.database, state(sole(MARI)))
    mari = str(front.id_of(MARI))

    answer = await front.post(f"{EXPORT}?person_id={mari}", OPS)
    history = (await front.get("/v1/me/history", person_token(MARI))).json()

    assert {json.loads(line)["person_id"] for line in answer.text.splitlines()} == {mari}
    assert history["items"][0]["kind"] == "events:exported"
    assert history["items"][0]["actor"]["id"] == "operator"


async def test_page_14_what_is_refused_is_no_export(front: Front) -> None:
    put(front.database, account(JAAN, 1))
    long_ago = (datetime.now(UTC) - timedelta(days=100)).strftime("%Y-%m-%dT%H:%M:%SZ")

    as_support = await front.post(EXPORT, SUPPORT)
    too_long = await front.post(f"{EXPORT}?since={long_ago}", OPS)

    assert as_support.status_code == 403
    assert too_long.status_code == 422
    assert rows(front.database, "SELECT FROM event WHERE kind = 'events:exported'") == []
