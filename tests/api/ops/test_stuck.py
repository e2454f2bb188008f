"""Stuck items for operators: lists, counts, and the story of one item."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.provisioning.targets import Target, TargetKind
from storage.provisioning import targets
from tests.builders.rows import carry_out
from tests.builders.stuck_items import (
    BUSY,
    LOST,
    OPS_ACTOR,
    REFUSED,
    asked,
    heal,
    services,
    stick,
    the,
)
from tests.clients.api_client import OPS, Front

STUCK = "/v1/ops/stuck"


async def pages(front: Front, query: str) -> list[dict[str, Any]]:
    """Everything that a list of small pages gives, page after page."""
    path, items = f"{STUCK}?limit=2&{query}", []
    while path:
        answer = await front.get(path, OPS)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        following = answer.json()["next"]
        assert len(answer.json()["items"]) == 2 or following is None
        path = f"{STUCK}?limit=2&{query}&after={following}" if following else ""
    return items


async def test_the_longest_stuck_comes_first_page_by_page_with_every_filter(front: Front) -> None:
    here, there = services(front.database, 6), services(front.database, 2, of=2)
    hours = [timedelta(hours=number) for number in range(9)]
    refused = [stick(front.database, here[n], REFUSED, ago=hours[n + 1]) for n in (2, 0, 4, 3, 1)]
    busy = stick(front.database, there[0], BUSY, ago=hours[6])
    lost = stick(front.database, there[1], LOST, target=TargetKind.SIM_SWAP, ago=hours[7])
    healed = stick(front.database, here[5], REFUSED, ago=hours[8])
    heal(front.database, healed.id)
    # Three became stuck in the same instant.
    carry_out(
        front.database,
        "UPDATE stuck SET since = (SELECT min(since) FROM stuck WHERE id = ANY(:ids))"
        " WHERE id = ANY(:ids) AND since < clock_timestamp() - interval '2 hours 30 minutes'",
        ids=[row.id for row in refused],
    )
    refused = [the(front.database, row.id) for row in refused]
    by_age = [lost, busy, *sorted(refused, key=lambda row: (row.since, row.id))]

    for query, wanted in {
        "": by_age,
        "reason=service_unknown": by_age[2:],
        "target=network": by_age[1:],
        "target=sim_swap": [lost],
        "kind=doubt": [lost],
        f"account_id={there[0].account_id}": [lost, busy],
        f"account_id={uuid4()}": [],
        "process=resend&older_than=PT4H30M": by_age[:5],
        "process=refresh": [],
        "older_than=P1W": [],
        "target=network&reason=service_unknown&older_than=PT90M": by_age[2:6],
    }.items():
        found = await pages(front, query)
        assert [item["id"] for item in found] == [str(row.id) for row in wanted], query


async def test_an_item_shows_what_is_stuck_and_the_allowed_decisions(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0], action="activate")

    (item,) = (await front.get(STUCK, OPS)).json()["items"]

    elsewhere = {"first_failed_at", "last_failed_at", "service", "requested"}
    assert {name: item[name] for name in item.keys() - elsewhere} == {
        "id": str(row.id),
        "version": 1,
        "kind": "refused",
        "state": "stuck",
        "process": "resend",
        "process_id": str(row.process_id),
        "account_id": str(row.account_id),
        "target": "network",
        "action": "activate",
        "reason": {
            "code": "service_unknown",
            "text": "The network does not know the service",
            "detail": "60",
        },
        "question": None,
        "item": "",
        "stage": "reversible",
        "undo_reason": None,
        "in_doubt_since": None,
        "attempts": 1,
        "since": row.since.isoformat().replace("+00:00", "Z"),
        "allowed_decisions": ["retry", "skip", "abort"],
        "correctable_inputs": [],
        "decision": None,
        "note": None,
        "closed_at": None,
        "resolution": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        "target=the moon",
        "reason=bad_luck",
        "kind=odd",
        "process=other",
        "older_than=5",
        "older_than=P",
        "older_than=PT",
    ],
)
async def test_an_unknown_filter_value_is_refused(front: Front, query: str) -> None:
    for path in (STUCK, f"{STUCK}/groups"):
        answer = await front.get(f"{path}?{query}", OPS)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == query.partition("=")[0]


async def test_stuck_items_are_counted_by_target_and_reason(front: Front) -> None:
    made = services(front.database, 4)
    old = stick(front.database, made[0], ago=timedelta(days=1))
    young = stick(front.database, made[1])
    stick(front.database, made[2], BUSY)
    heal(front.database, stick(front.database, made[3], LOST).id)
    carry_out(front.database, "UPDATE stuck SET state = 'decided' WHERE id = :id", id=young.id)

    groups = (await front.get(f"{STUCK}/groups", OPS)).json()["items"]
    of_day = (await front.get(f"{STUCK}/groups?older_than=P1D", OPS)).json()["items"]

    counts = [(g["target"], g["reason"], g["kind"], g["count"], g["undecided"]) for g in groups]
    assert counts == [
        ("network", "service_unknown", "refused", 2, 1),
        ("network", "busy", "trouble", 1, 1),
    ]
    assert groups[0]["oldest"] == old.since.isoformat().replace("+00:00", "Z")
    assert [group["count"] for group in of_day] == [1]


async def test_the_story_shows_its_process_and_the_blocked_steps(front: Front) -> None:
    here, other = services(front.database, 2)
    asked(front.database, here)
    row = stick(front.database, here, action="configure")
    behind = [asked(front.database, here) for _ in range(2)]
    asked(front.database, other)

    story = (await front.get(f"{STUCK}/{row.id}", OPS)).json()

    assert story["workflow_id"] == f"resend/{row.process_id}"
    assert [(step["action"], step["state"]) for step in story["steps"]] == [
        ("read", "asked"),
        ("configure", "refused"),
        ("activate", "asked"),
    ]
    forecasts = {each["decision"]: each for each in story["forecasts"]}
    assert set(forecasts) == set(story["allowed_decisions"])
    assert forecasts["retry"]["undone"] == []
    assert forecasts["retry"]["again"] is not None
    assert forecasts["abort"]["again"] is None
    waiting = [each["process_id"] for each in story["blocked_steps"]]
    assert waiting == [str(id_) for id_ in behind for _ in range(3)]
    assert story["blocked_count"] == 6
    (opened,) = story["events"]
    assert (opened["kind"], opened["actor"]) == (
        "stuck:opened",
        {
            "kind": "engine",
            "id": "resend",
            "run": None,
            "for": None,
            "break_glass": False,
            "name": None,
        },
    )
    assert opened["reason"]["facts"]["detail"] == "60"
    assert (opened["before"], opened["after"]) == (None, {"state": "stuck", "version": 1})
    assert "receipt" not in story["steps"][0]


async def test_the_story_of_a_closed_item_is_still_shown(front: Front) -> None:
    (here,) = services(front.database, 1)
    row = stick(front.database, here)
    asked(front.database, here)
    heal(front.database, row.id)

    story = (await front.get(f"{STUCK}/{row.id}", OPS)).json()

    assert (story["state"], story["resolution"], story["closed_at"] is None) == (
        "closed",
        "healed",
        False,
    )
    assert (story["blocked_steps"], story["blocked_count"]) == ([], 0)
    assert [event["kind"] for event in story["events"]] == ["stuck:opened", "stuck:ended"]
    assert (await front.get(STUCK, OPS)).json()["items"] == []


async def test_a_paused_target_is_one_row_for_all_that_wait_for_it(front: Front) -> None:
    for each in services(front.database, 2):
        asked(front.database, each)
    carry_out(front.database, "UPDATE step SET waits_for = 'target' WHERE action = 'read'")
    with front.database.transaction() as session:
        targets.pause(session, Target.of(TargetKind.NETWORK), OPS_ACTOR, "Maintenance until six")

    (item,) = (await front.get(STUCK, OPS)).json()["items"]
    story = (await front.get(f"{STUCK}/{item['id']}", OPS)).json()

    assert (item["kind"], item["reason"]["code"], item["process"], item["allowed_decisions"]) == (
        "paused",
        "target_paused",
        None,
        [],
    )
    assert (story["blocked_count"], story["steps"], story["blocked_steps"]) == (2, [], [])
    assert [event["kind"] for event in story["events"]] == ["target:paused"]


async def test_an_unknown_item_is_not_found(front: Front) -> None:
    for id_ in (uuid4(), "7"):
        answer = await front.get(f"{STUCK}/{id_}", OPS)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_long_history_states_how_much_is_left_out(front: Front) -> None:
    row = stick(front.database, services(front.database, 1)[0])
    carry_out(
        front.database,
        "INSERT INTO event (at, kind, actor, subject_id, after)"
        ' SELECT now(), \'stuck:opened\', \'{"kind": "engine", "id": "t"}\', :id,'
        " jsonb_build_object('version', n) FROM generate_series(1, 204) n ORDER BY n",
        id=row.id,
    )

    story = (await front.get(f"{STUCK}/{row.id}", OPS)).json()

    assert story["earlier_events"] == 5
    assert [event["after"]["version"] for event in story["events"]] == list(range(5, 205))
