"""Operations decide about one that is stuck from a shell."""

import asyncio
from uuid import UUID

import pytest

from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision
from storage.database import Database
from storage.ops import decisions, stuck_items
from storage.ops.decisions import NewDecision
from tests.builders.rows import NOTED, carry_out, rows
from tests.builders.staff import OPERATOR
from tests.builders.stuck_rows import all_stuck, put_stuck
from tests.clients.cli_runner import Volitus, in_a_process
from tests.fixtures.ports import free_port
from tests.fixtures.resend_stack import OPS, Resends

WHY = ("--reason", "checked with the network")


def put_one(database: Database, **columns: object) -> str:
    (id_,) = put_stuck(database, 1, allowed_decisions=["retry", "skip", "abort", "fail"], **columns)
    carry_out(
        database, "UPDATE stuck SET correctable_inputs = '{network_id}' WHERE id = :id", id=id_
    )
    return str(id_)


@pytest.mark.parametrize("way", ["retry", "skip", "abort", "fail"])
def test_a_decision_is_one_event_with_who_and_why(
    volitus: Volitus, database: Database, way: str
) -> None:
    one = put_one(database)
    carry_out(database, "UPDATE stuck SET version = 4")

    result = volitus("ops", way, one[:8], *WHY, "--json")

    assert result.code == 0
    assert (
        result.err == f"Decision recorded: {way}. Show the result: `volitus ops show {one[:8]}`\n"
    )
    assert (result.json["state"], result.json["version"], result.json["notified"]) == (
        "decided",
        5,
        True,
    )
    (row,) = all_stuck(database)
    assert (row.state, row.version, row.decision["by"]["id"]) == ("decided", 5, OPERATOR)
    (event,) = rows(database, NOTED)
    assert (event.kind, event.subject_id) == ("stuck:decided", UUID(one))
    assert event.actor == {"kind": "ops", "id": OPERATOR}
    assert (event.reason["code"], event.note) == (way, WHY[1])
    assert (
        "(checked with the network). The process has not begun to carry it out."
        in volitus("ops", "show", one).err
    )


def test_without_temporal_a_decision_is_recorded_and_signalled_later(
    volitus: Volitus, database: Database
) -> None:
    one = put_one(database)
    carry_out(database, "UPDATE stuck SET workflow_id = 'resend/of-nobody'")
    away = volitus.with_settings(VOLITUS_TEMPORAL_ADDRESS=f"127.0.0.1:{free_port()}")

    result = away("ops", "retry", one, *WHY)

    assert result.code == 0
    assert result.err.splitlines()[-1].startswith(
        "Decision recorded: retry. Temporal is unavailable: a worker wakes the process later."
    )
    assert all_stuck(database)[0].state == "decided"


def test_an_impossible_decision_is_one_line_with_the_remedy(
    volitus: Volitus, database: Database
) -> None:
    one, taken, closed = (put_one(database) for _ in range(3))
    carry_out(
        database,
        "UPDATE stuck SET allowed_decisions = '{retry,abort}', version = 3 WHERE id = :i",
        i=one,
    )
    with database.transaction() as session:
        decisions.decide(session, UUID(taken), NewDecision(Decision.SKIP, 1, OPS, "no need"))
        stuck_items.close(session, UUID(closed), Resolution.HEALED, OPS)
    (pause,) = put_stuck(database, 1, kind="paused", code="target_paused", allowed_decisions=[])
    before = all_stuck(database)
    name = {id_: id_[:8] for id_ in (one, taken, closed, str(pause))}
    wanted = {
        f"skip {one}": f"Item {name[one]} does not allow skip. "
        "The step is retried automatically at long intervals. "
        f"Available commands: `volitus ops retry {name[one]} --reason '…'`, "
        f"`volitus ops abort {name[one]} --reason '…'`",
        f"retry {one} --version 2": f"Item {name[one]} has changed: its version is 3, not 2. "
        f"Details: `volitus ops show {name[one]}`",
        f"retry {one} --correct colour=red": "The item does not allow a correction of "
        "colour, but of: network_id.",
        f"abort {taken}": "ops-1 decided: skip (no need). The process has not begun to "
        "carry it out. "
        f"Details: `volitus ops show {name[taken]}`",
        f"retry {closed}": f"Item {name[closed]} is no longer stuck. It succeeded without an "
        f"operator. Details: `volitus ops show {name[closed]}`",
        f"retry {pause}": f"Item {name[str(pause)]} does not allow retry. Available commands: "
        "`volitus ops targets resume network --reason '…'`",
    }

    result = {words: volitus("ops", *words.split(), *WHY) for words in wanted}
    dry = {words: volitus("ops", *words.split(), *WHY, "--dry-run") for words in wanted}

    assert {words: each.err for words, each in result.items()} == {
        words: f"{line}\n" for words, line in wanted.items()
    }
    assert {each.code for each in result.values()} == {1}
    assert dry == result
    assert all_stuck(database) == before


MEANINGLESS = [
    *("retry abcdef", "skip abcdef", "abort abcdef", "fix abcdef reset"),
    *("retry abcdef --reason x", "fix abcdef mend --reason because"),
    "retry abcdef --reason because --correct network_id",
    "retry abcdef --reason because --correct network_id=+37255512345",
    "retry abcdef --reason because --correct a=1 --correct a=2",
    "retry abcdef --reason because --version 0",
    *("retry --reason because", "retry abcdef --all --reason because"),
    *("retry --all --target sms --reason because", "retry --all --version 2 --reason because"),
    *("retry abcdef --yes --reason because", "retry --all --rate 201 --reason because"),
    *("retries abcdef --cancel", "retries abcdef --items --once"),
    "targets pause sms",
    *("stuck --older-than soon", "stuck --older-than=-PT1M", "stuck --older-than P999999D"),
    *(
        "stuck --process other",
        "stuck --code nothing",
        "stuck --limit 0",
        "show",
    ),
]


def test_invalid_usage_is_exit_code_2(nowhere: Volitus) -> None:
    codes = {words: nowhere("ops", *words.split()).code for words in MEANINGLESS}

    assert codes == dict.fromkeys(MEANINGLESS, 2)


async def test_a_stuck_step_is_retried_with_another_input(
    volitus: Volitus, resending: Resends
) -> None:
    console = volitus.with_settings(
        VOLITUS_TEMPORAL_ADDRESS=resending.settings.temporal.address,
        VOLITUS_TASK_QUEUE=resending.settings.task_queue,
    )
    gone = put_one(resending.database)
    carry_out(resending.database, "UPDATE stuck SET workflow_id = 'resend/of-nobody'")
    # Log lines about a missing process do not get among the results. In a process of its
    # own: the worker of this one logs the same when it wakes that process.
    retry = ["ops", "retry", gone, *WHY, "--json"]
    result = await asyncio.to_thread(in_a_process, retry, console.environment)
    assert (result.code, result.json["state"]) == (0, "decided")
    (service,) = resending.services(1)
    resending.network.tell_service(str(service.id), known=False)
    asked = await resending.ask(service.id)
    row = await resending.stuck(asked)
    words = (str(row.id)[:8], "--reason", "billing has another id", "--correct", "network_id=NET-7")

    again = ["ops", "retry", *words, "--json"]
    result = await asyncio.to_thread(in_a_process, again, console.environment)

    assert (await resending.ended(asked)).state == "succeeded"
    assert (result.code, result.json["notified"]) == (0, True)
    assert len(resending.network.applied(service="NET-7")) == 2
    (row,) = resending.listed(asked)
    assert (row.state, row.resolution) == ("closed", "retried")
    show = ["ops", "show", str(row.id)]
    story = await asyncio.to_thread(in_a_process, show, console.environment)
    assert story.err == "The item is no longer stuck. It succeeded when it was retried.\n"
    kinds = [line.split()[1] for line in story.out.splitlines() if " stuck:" in line]
    assert kinds == ["stuck:opened", "stuck:decided", "stuck:ended"]
