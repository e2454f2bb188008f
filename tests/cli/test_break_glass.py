"""step.13: in an emergency a command is run without a sign-in; that is recorded and alerted."""

import os
import platform
import pwd
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from api.internal.metrics import DatabaseMetrics
from domain.staff import staff_id
from storage.database import Database
from tests.builders.rows import NOTED, rows
from tests.clients.cli_runner import Volitus
from tests.fixtures import payload_keys
from tests.fixtures.ports import free_port

WHY = "the identity provider is away"
PAUSE = ("ops", "targets", "pause", "sms", "--reason", "it burns")
ALERTS = Path(__file__).parents[2] / "ops" / "alerts.yml"


@pytest.fixture
def volitus(volitus: Volitus) -> Volitus:
    """Nobody is signed in, and the provider does not answer."""
    away = f"http://127.0.0.1:{free_port()}"
    profile = (
        '[{{"issuer": "{0}", "audience": "volitus", "kind": "staff", "allowed_clients": ["x"]}}]'
    )
    return volitus.by_nobody().with_settings(VOLITUS_ISSUERS=profile.format(away))


def user() -> str:
    return f"{pwd.getpwuid(os.getuid()).pw_name}@{platform.node()}"


def uses(database: Database) -> float:
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))
    return registry.get_sample_value("volitus_break_glass_uses") or 0


def test_step_13_an_act_behind_broken_glass_is_recorded_and_marked(
    volitus: Volitus, database: Database
) -> None:
    refused, before = volitus(*PAUSE), uses(database)
    done = volitus("--break-glass", WHY, *PAUSE, "--json")

    assert (refused.code, before, done.code) == (1, 0, 0)
    me = staff_id(payload_keys.STAFF_KEY, "break_glass", user())
    broken, paused = rows(database, f"{NOTED} ORDER BY id")
    assert (broken.kind, paused.kind) == ("break_glass:used", "target:paused")
    assert broken.actor == paused.actor == {"kind": "ops", "id": me, "break_glass": True}
    assert (broken.reason["code"], broken.reason["facts"]) == ("break_glass", {"command": "ops"})
    assert broken.note == f"{user()}: {WHY}"
    chained = str([broken.actor, broken.reason, broken.before, broken.after, broken.subject_id])
    assert user() not in chained
    assert WHY not in chained
    assert uses(database) == 1


def test_step_13_reading_behind_broken_glass_is_recorded_too(
    volitus: Volitus, database: Database
) -> None:
    listed = volitus("--break-glass", WHY, "events", "list")

    assert listed.code == 0
    assert f"{user()} (break-glass)" in listed.out
    assert WHY in listed.out
    assert uses(database) == 1


def test_step_13_what_was_typed_can_be_erased(volitus: Volitus, database: Database) -> None:
    volitus("--break-glass", WHY, *PAUSE)
    signed_in = Volitus(volitus.environment["VOLITUS_DATABASE_URL"])
    (member,) = rows(database, "SELECT id FROM staff")

    signed_in("events", "list")
    erased = signed_in("events", "erase-note", 1), signed_in("staff", "erase", member.id)
    listed = signed_in("events", "list").out

    assert [each.code for each in erased] == [0, 0]
    assert WHY not in listed
    assert user() not in listed
    assert "(break-glass)" in listed
    assert signed_in("events", "verify").code == 0


@pytest.mark.parametrize("reason", ["", "no", "two\nlines", "x" * 501])
def test_step_13_a_reason_is_needed(volitus: Volitus, database: Database, reason: str) -> None:
    result = volitus("--break-glass", reason, *PAUSE)

    assert result.code == 2
    assert rows(database, "SELECT FROM event") == []


def test_step_13_it_counts_for_one_command_only(volitus: Volitus) -> None:
    first, second = volitus("--break-glass", WHY, "ops", "stuck"), volitus("ops", "stuck")

    assert (first.code, second.code) == (0, 1)
    assert second.err.startswith("Nobody is signed in")


def test_step_13_its_use_raises_an_alert() -> None:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    rules = {rule["alert"]: rule for group in groups for rule in group["rules"]}

    rule = rules["VolitusBreakGlass"]

    assert rule["expr"] == "max(volitus_break_glass_uses) > 0"
    assert "for" not in rule
    assert rule["labels"] == {"severity": "page"}
