"""Bulk retries from a shell: preview, confirm, follow, cancel."""

import asyncio
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from storage.database import Database
from tests.builders.rows import NOTED, rows
from tests.builders.staff import OPERATOR
from tests.builders.stuck_rows import all_stuck, decided_by, mixed, put_stuck, settle
from tests.clients.cli_runner import Volitus
from tests.fixtures.patience import PATIENCE, patience_ends
from tests.fixtures.resend_stack import Resends

WHY = ("--reason", "the network is back")
ALL = ("ops", "retry", "--all", *WHY)


def test_a_dry_run_counts_by_target_and_reason_and_changes_nothing(
    volitus: Volitus, database: Database
) -> None:
    mixed(database, trouble=10)
    before = all_stuck(database)

    result = volitus(*ALL, "--dry-run")
    json = volitus("ops", "retry", "--code", "busy", *WHY, "--dry-run", "--json")

    assert [line.split()[:6] for line in result.out.splitlines()[1:]] == [
        ["network", "busy", "13", "10", "0", "3"],
        ["network", "refused", "5", "5", "0", "0"],
        ["network", "answer_lost", "4", "0", "4", "0"],
        ["network", "workflow_missing", "2", "0", "0", "2"],
        ["network", "target_paused", "1", "0", "0", "1"],
    ]
    assert result.err == (
        "Without a filter, ALL 25 stuck items match: 15 would be retried, 4 are in doubt and "
        "not retried, 6 cannot be retried.\n"
    )
    counts = [json.json[name] for name in ("total", "would_retry", "in_doubt", "refused")]
    assert (counts, len(json.json["groups"])) == ([13, 10, 0, 3], 1)
    assert json.err.startswith("With this filter, 13 stuck items match: 10 would be retried,")
    assert all_stuck(database) == before
    assert rows(database, "SELECT FROM operation") == []


def test_nothing_starts_without_confirmation_or_without_matching_items(
    volitus: Volitus, database: Database
) -> None:
    put_stuck(database, 1)
    put_stuck(database, 1, kind="doubt", code="answer_lost", target="sms")

    unasked = volitus(*ALL)
    useless = volitus("ops", "retry", "--target", "sms", *WHY, "--yes")

    assert (unasked.code, unasked.err.splitlines()[-1]) == (
        2,
        "Nothing was started: there is no terminal for the confirmation. Use --yes.",
    )
    assert (useless.code, useless.err.splitlines()[-1]) == (
        1,
        "Nothing was started: no item would be retried. See them: `volitus ops stuck`.",
    )
    assert rows(database, "SELECT FROM operation") == []


def test_without_temporal_a_bulk_retry_begins_later(volitus: Volitus, database: Database) -> None:
    put_stuck(database, 2)

    result = volitus(*ALL, "--yes", "--json")

    assert (result.code, result.json["state"]) == (0, "pending")
    assert result.json["progress"] == {"done": 0, "total": 2}
    assert "Temporal is unavailable: a worker starts the bulk retry later." in result.err
    assert f"volitus ops retries {result.json['id'][:8]} --cancel" in result.err


def of(volitus: Volitus, resends: Resends) -> Volitus:
    return volitus.with_settings(
        VOLITUS_TEMPORAL_ADDRESS=resends.settings.temporal.address,
        VOLITUS_TASK_QUEUE=resends.settings.task_queue,
    )


async def test_api_10_a_bulk_retry_is_followed_until_it_says_what_became_of_it(
    volitus: Volitus, resending: Resends
) -> None:
    console = of(volitus, resending)
    made = mixed(resending.database, trouble=10)

    result = await asyncio.to_thread(
        console.apart, "ops", "retry", "--kind", "trouble", *WHY, "--rate", 100, "--yes", "--json"
    )
    id_ = result.json["id"]
    decider = set(map(tuple, decided_by(resending.database).values()))
    settle(resending.database, healed=made["trouble"][:6], again=made["trouble"][6:9])
    once = await asyncio.to_thread(console, "ops", "retries", id_, "--once", "--json")
    shown = await asyncio.to_thread(console, "ops", "retries", id_)
    items = ("ops", "retries", id_[:8], "--items", "--json")
    each = (await asyncio.to_thread(console.apart, *items)).json
    late = await asyncio.to_thread(console, "ops", "retries", id_, "--cancel", *WHY)

    assert (result.code, result.json["state"]) == (0, "succeeded")
    assert result.json["result"] == {"retried": 10, "skipped": 0, "refused": 3, "in_doubt": 0}
    assert result.json["rate"] == 100
    assert result.json["requested_by"]["id"] == OPERATOR
    assert result.json["outcomes"]["under_way"] == 10
    assert decider == {(OPERATOR,)}
    assert once.json["outcomes"] == {"healed": 6, "stuck_again": 3, "under_way": 1, "ended": 0}
    facts = dict(re.split(r"\s{2,}", line.strip())[:2] for line in shown.out.splitlines())
    counts = {name: facts[name] for name in ("retried", "healed", "stuck again", "under way")}
    assert counts == {"retried": "10", "healed": "6", "stuck again": "3", "under way": "1"}
    assert (shown.code, facts["note"]) == (0, WHY[1])
    assert f"Stuck again: 3. See which: `volitus ops retries {id_[:8]} --items`." in shown.err
    retried = [row["stuck_id"] for row in each if row["result"] == "retried"]
    assert retried == [str(one) for one in made["trouble"]]
    assert (len(each), late.code, late.err) == (
        13,
        1,
        "The bulk retry has ended: its state is succeeded. Nothing is left to cancel.\n",
    )


class Terminal:
    """A program that a person sits before."""

    def __init__(self, program: subprocess.Popen[bytes], door: int) -> None:
        self.program = program
        self._door = door
        self.seen = ""

    def until(self, words: str) -> None:
        """Read until it says so."""
        end = patience_ends()
        while words not in self.seen:
            ready, _, _ = select.select([self._door], [], [], max(end - time.monotonic(), 0))
            assert ready, self.seen
            try:
                self.seen += os.read(self._door, 4096).decode(errors="replace")
            except OSError:  # it has ended
                assert words in self.seen, self.seen

    def type(self, words: str) -> None:
        os.write(self._door, words.encode())

    def ended(self) -> int:
        return self.program.wait(PATIENCE)


@contextmanager
def terminal(console: Volitus, *words: str) -> Iterator[Terminal]:
    """The program at a terminal of its own."""
    door, inside = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-c", "from cli.app import main; main()", *words],
        env={"PATH": os.environ["PATH"], "COLUMNS": "200", "TERM": "xterm", **console.environment},
        stdin=inside,
        stdout=inside,
        stderr=inside,
    )
    os.close(inside)
    try:
        yield Terminal(program, door)
    finally:
        program.kill()
        program.wait()
        os.close(door)


async def test_at_a_terminal_it_asks_and_ctrl_c_leaves_it_running(
    volitus: Volitus, idle_resends: Resends
) -> None:
    console, database = of(volitus, idle_resends), idle_resends.database
    put_stuck(database, 3)

    def no() -> tuple[int, list[Any]]:
        with terminal(console, *ALL) as person:
            person.until("Items to retry: 3. Continue?")
            person.type("n\n")
            person.until("Nothing was started.")
            return person.ended(), list(rows(database, "SELECT * FROM operation"))

    def yes() -> tuple[int, str]:
        with terminal(console, *ALL) as person:
            person.until("Items to retry: 3. Continue?")
            person.type("y\n")
            person.until("0/3")  # of the bar
            person.program.send_signal(signal.SIGINT)
            person.until("--cancel")
            return person.ended(), person.seen

    assert await asyncio.to_thread(no) == (1, [])
    code, seen = await asyncio.to_thread(yes)
    (operation,) = rows(database, "SELECT * FROM operation")
    name = str(operation.id)[:8]
    look = await asyncio.to_thread(console, "ops", "retries", name, "--once", "--json")
    ended = await asyncio.to_thread(console, "ops", "retries", name, "--cancel", *WHY, "--json")

    assert code == 1
    assert f"The bulk retry continues. Follow: `volitus ops retries {name}`." in seen
    assert (look.code, look.json["state"]) == (0, "pending")
    assert (ended.code, ended.json["state"]) == (0, "cancelled")
    assert ended.err == "Cancelled: no further item is retried.\n"
    (event,) = rows(database, f"{NOTED} WHERE kind = 'bulk_retry:cancelled'")
    assert (event.actor["id"], event.note) == (operation.asked["by"]["id"], WHY[1])
    assert decided_by(database) == {}


@pytest.mark.parametrize(("id_", "code"), [("abcdef", 1), ("abc", 2)])
def test_an_unknown_bulk_retry_is_refused(volitus: Volitus, id_: str, code: int) -> None:
    result = volitus("ops", "retries", id_)

    assert (result.code, len(result.err.splitlines())) == (code, 1)
