"""api.8: what every list and every story looks like at 80 and 120 columns, and what it is as JSON.

One world with something of everything, made over the API.
"""

import asyncio
import re
from typing import Any

import jsonschema_rs
import pytest

from storage.database import Database
from tests.builders.people import ANNA, MARI
from tests.builders.rows import rows
from tests.clients.api_client import Front
from tests.clients.cli_commands import commands
from tests.clients.cli_runner import Volitus
from tests.clients.cli_screens import KEPT, WIDTHS, kept, screen, together
from tests.clients.terminal import at_terminal
from tests.fixtures import full_world, operators_world
from tests.oracles.api_description import api_description

SHOWN = {
    "ops stuck": "ListedStuckItem",
    "ops stuck --groups": "StuckGroup",
    "ops show {stuck}": "StuckItemDetails",
    "ops targets": "TargetStatus",
    "ops retries {retry} --once": "BulkRetry",
    "ops retries {retry} --items": "BulkRetryItem",
    "orders list": "ListedOrder",
    "orders show {order}": "Order",
    "contracts list": "Contract",
    "contracts show {contract}": "Contract",
    "contracts held": None,
    "contracts proposals": "ContractProposal",
    "contracts end-preview {contract}": "ContractEndPreview",
    "delegations list --state active": "Delegation",
    "delegations show {delegation}": "Delegation",
    "drift list": "Drift",
    "drift list --groups": "DriftGroup",
    "drift show {drift}": "Drift",
    "drift checks": "DriftCheck",
    "payments list --all": "OpsPayment",
    "payments show {payment}": "OpsPaymentDetails",
    "payments entries": "BankEntry",
    "payments statements": "BankStatementRead",
    "events list --limit 12": "FeedEvent",
    "freeze list": "Freeze",
    "freeze show {freeze}": "Freeze",
    "mandates list": "Mandate",
    "mandates show {mandate}": "Mandate",
    "numbers blocks": "NumberBlock",
    "signing-rules list": "SigningRuleLine",
    "signing-rules show {company}": "SigningRuleDetails",
    "explain --account K1 --permission invoice:pay --person {person}": "Explanation",
    "explain --account K1 --permission invoice:pay --person {stranger}": "Explanation",
    "whoami": None,
    "staff list": "ActingStaff",
    "sync list": "SyncRunSummary",
    "sync show {run}": "SyncRun",
    "sync rejected-records": "RejectedRecord",
    "catalogue list": "OfferedProduct",
}
"""Command: the API's model of one of what it prints as JSON; None: the API has none of it."""
LEFT_OUT = {"catalogue list": {"actions", "why_not"}}
"""Properties that depend on the customer who asks: here nobody does."""
IDS = {
    "stuck": "SELECT id FROM stuck ORDER BY since LIMIT 1",
    "retry": "SELECT id FROM operation WHERE kind = 'bulk_retry'",
    "order": "SELECT id FROM service_order ORDER BY ordered_at LIMIT 1",
    "contract": "SELECT id FROM contract WHERE state = 'active' ORDER BY created_at LIMIT 1",
    "company": "SELECT company_id AS id FROM signing_rule_reading",
    "person": f"SELECT id FROM person WHERE code = '{MARI.code}'",
    "stranger": f"SELECT id FROM person WHERE code = '{ANNA.code}'",
    "delegation": "SELECT id FROM delegation ORDER BY created_at LIMIT 1",
    "drift": "SELECT id FROM drift LIMIT 1",
    "payment": "SELECT id FROM payment LIMIT 1",
    "freeze": "SELECT id FROM suspension WHERE kind = 'freeze'",
    "mandate": "SELECT id FROM mandate LIMIT 1",
    "run": "SELECT id FROM sync_run ORDER BY started_at LIMIT 1",
}
pytestmark = pytest.mark.usefixtures("processes")


@pytest.fixture
async def world(front: Front, database: Database) -> Database:
    await full_world.filled(front)
    operators_world.put_more(database)
    return database


def command_of(database: Database, form: str) -> str:
    """The command with the beginning of an id, as a person types it."""
    names = re.findall(r"\{(\w+)\}", form)
    return form.format(**{name: str(rows(database, IDS[name])[0].id)[:8] for name in names})


async def test_api_8_every_list_and_story_fits_80_and_120_columns(
    volitus: Volitus, world: Database
) -> None:
    """No line is longer than the terminal but where a whole word of it is."""

    def look() -> dict[str, tuple[str, str]]:
        other = {}
        for form in SHOWN:
            command = command_of(world, form)
            screens = {width: screen(volitus, width, command) for width in WIDTHS}
            seen, before = together(form, screens), kept(form, screens)
            if seen != before:
                other[form] = (before, seen)
            too_long = [
                line
                for line in screens[80].splitlines()
                if len(line) > 80 and not line.startswith("(said)")
            ]
            assert [line for line in too_long if not re.search(r"\S{40}", line)] == [], form
        return other

    other = await asyncio.to_thread(look)
    assert other == {}, "look at each, then write them anew: WRITE_SCREENS=1"


def test_api_8_every_command_that_lists_or_shows_has_its_screens() -> None:
    listing = re.compile(r" (list|show|stuck|held|blocks|entries|statements|checks|targets)$")
    missing = {
        command
        for command in commands()
        if listing.search(command) and not any(form.startswith(command) for form in SHOWN)
    }

    assert missing == {"catalogue show"}, "its result is a file"
    assert len(list(KEPT.glob("*.txt"))) == len(SHOWN)


async def test_api_8_json_has_the_shapes_and_names_of_the_api(
    volitus: Volitus, world: Database
) -> None:
    description = api_description()

    def faults() -> dict[str, list[str]]:
        found = {}
        for form, model in SHOWN.items():
            printed = volitus(*command_of(world, form).split(), "--json").json
            if model is None:
                continue
            one_of = dict(description["components"]["schemas"][model])
            one_of["required"] = set(one_of["required"]) - LEFT_OUT.get(form, set())
            one_of["required"] = sorted(one_of["required"])
            schema = {**one_of, "components": description["components"]}
            check = jsonschema_rs.Draft202012Validator(schema)
            each = printed if isinstance(printed, list) else [printed]
            wrong = [str(error) for one in each for error in check.iter_errors(one)]
            wrong += unknown(each, description["components"]["schemas"][model])
            if wrong or not each:
                found[form] = wrong or ["there is none of it in this world"]
        return found

    assert await asyncio.to_thread(faults) == {}


MORE = {
    *("commands", "account", "note", "staff_name"),
    *("documents", "steps", "cancels", "versions", "grants", "passed_on_from", "events"),
    *("is_current", "published_at"),
}
"""What a command adds: commands to copy, the account's reference, what stands beside an event;

what the API has at other addresses, in one story; and of a product that it was published.
"""


def unknown(printed: list[Any], schema: dict[str, Any]) -> list[str]:
    names = {name for each in printed for name in each}
    return sorted(names - set(schema["properties"]) - MORE)


async def test_api_8_a_pipe_is_complete_and_has_no_colour(
    volitus: Volitus, world: Database
) -> None:
    """Every whole id, in one line for each row, whatever COLUMNS says."""
    narrow = volitus.with_settings(COLUMNS="40", FORCE_COLOR="")

    def look() -> None:
        stuck = [str(row.id) for row in rows(world, "SELECT id FROM stuck")]
        piped = narrow("ops", "stuck").out
        wide = at_terminal(volitus, 80, "ops", "stuck", "--wide", NO_COLOR="1").out
        assert len(piped.splitlines()) == len(stuck) + 1
        assert all(id_ in piped and id_ in wide for id_ in stuck)
        assert "\x1b" not in piped

    await asyncio.to_thread(look)


async def test_api_8_colours_are_at_a_terminal_alone_and_obey_no_color(
    volitus: Volitus, world: Database
) -> None:
    def look() -> None:
        coloured = at_terminal(volitus, 80, "ops", "stuck").out
        plain = at_terminal(volitus, 80, "ops", "stuck", NO_COLOR="1").out
        dumb = at_terminal(volitus, 80, "ops", "stuck", TERM="dumb").out
        assert "\x1b[31mstuck" in coloured
        assert "\x1b[3" not in plain
        assert "\x1b" not in dumb

    await asyncio.to_thread(look)
