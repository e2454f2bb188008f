"""step.13: every command for staff needs a sign-in, with the role that the API asks for."""

from uuid import UUID

import pytest

from simulators.identity.staff import MEMBERS
from tests.clients.cli_commands import commands
from tests.clients.cli_runner import Volitus

ID = str(UUID(int=7))
WHY = "--reason 'looked at it'"
TECHNICAL = {
    *("api", "web", "worker", "scheduler", "migrate", "dev", "demo", "bench", "simulate register"),
    *("catalogue check", "catalogue schema"),
    *("config", "openapi", "events verify", "events public-key", "people tables"),
    *("login", "logout", "whoami"),
}
"""Read nothing about customers; or sign in."""
OPS, STAFF = {"ops"}, {"support", "ops"}
OFFICERS, EVERYONE = {"mandate_officer"}, {"support", "ops", "mandate_officer"}
COMMANDS: dict[str, tuple[set[str], str]] = {
    "explain": (STAFF, f"--account {ID} --permission invoice:pay --person {ID}"),
    "catalogue list": (EVERYONE, ""),
    "catalogue show": (EVERYONE, "spending-limit"),
    "contracts cancel-end": (OPS, f"{ID} {WHY}"),
    "contracts end": (OPS, f"{ID} --preview {64 * '0'} {WHY}"),
    "contracts end-preview": (STAFF, ID),
    "contracts held": (OPS, ""),
    "contracts hold": (OPS, f"{ID} {WHY}"),
    "contracts list": (STAFF, ""),
    "contracts proposals": (STAFF, ""),
    "contracts proposals accept": (OPS, f"{ID} --preview {64 * '0'} {WHY}"),
    "contracts proposals preview": (STAFF, ID),
    "contracts proposals reject": (OPS, f"{ID} {WHY}"),
    "contracts release": (OPS, f"{ID} {WHY}"),
    "contracts resume": (OPS, f"{ID} {WHY}"),
    "contracts show": (STAFF, ID),
    "contracts suspend": (STAFF, f"{ID} --code lost {WHY}"),
    "delegations list": (STAFF, ""),
    "delegations show": (STAFF, ID),
    "drift accept": (OPS, f"{ID} --yes {WHY}"),
    "drift check": (OPS, ""),
    "drift checks": (OPS, ""),
    "drift list": (OPS, ""),
    "drift repair": (OPS, f"{ID} --yes {WHY}"),
    "drift show": (OPS, ID),
    "events erase-note": (OPS, "1"),
    "events list": (OPS, ""),
    "freeze account": (OPS, f"{ID} --code dispute --yes {WHY}"),
    "freeze lift": (OPS, f"{ID} {WHY}"),
    "freeze list": (STAFF, ""),
    "freeze person": (OPS, f"{ID} --code dispute --yes {WHY}"),
    "freeze request-lift": (OPS, f"{ID} {WHY}"),
    "freeze show": (STAFF, ID),
    "freeze withdraw-lift": (OPS, f"{ID} {WHY}"),
    "import accounts": (OPS, "- --format csv"),
    "import contracts": (OPS, "- --format csv"),
    "import delegations": (OPS, "- --format csv"),
    "import grants": (OPS, "--compare - --format csv"),
    "import services": (OPS, "- --format csv"),
    "import sizes": (OPS, "- --format csv"),
    "mandates confirm": (OFFICERS, f"{ID} {WHY}"),
    "mandates end": (OFFICERS, f"{ID} {WHY}"),
    "mandates list": (EVERYONE, ""),
    "mandates record": (OFFICERS, "-"),
    "mandates reject": (OFFICERS, f"{ID} {WHY}"),
    "mandates show": (EVERYONE, ID),
    "mandates withdraw": (OFFICERS, f"{ID} {WHY}"),
    "numbers blocks": (OPS, ""),
    "numbers lift": (OPS, f"a1b2c3d4 {WHY}"),
    "ops abort": (OPS, f"{ID} {WHY}"),
    "ops cancel": (OPS, f"{ID} {WHY}"),
    "ops fail": (OPS, f"{ID} {WHY}"),
    "ops repair": (OPS, f"{ID} reset {WHY}"),
    "ops restored": (OPS, WHY),
    "ops retries": (OPS, ID),
    "ops retry": (OPS, f"{ID} {WHY}"),
    "ops show": (OPS, ID),
    "ops skip": (OPS, f"{ID} {WHY}"),
    "ops stuck": (OPS, ""),
    "ops targets": (OPS, ""),
    "ops targets pause": (OPS, f"sms {WHY}"),
    "ops targets resume": (OPS, f"sms {WHY}"),
    "orders cancel": (OPS, f"{ID} {WHY}"),
    "orders list": (STAFF, ""),
    "orders show": (STAFF, ID),
    "payments decide": (OPS, f"{ID} seen {WHY}"),
    "payments decide-entry": (OPS, f"{ID} ignore {WHY}"),
    "payments entries": (STAFF, ""),
    "payments list": (STAFF, ""),
    "payments read-statements": (OPS, ""),
    "payments show": (STAFF, ID),
    "payments statements": (STAFF, ""),
    "people erase": (OPS, f"--ground no_longer_needed --person {ID} --yes"),
    "people export": (OPS, f"--out - --person {ID}"),
    "signing-rules confirm": (OFFICERS, f"{ID} {WHY}"),
    "signing-rules end": (OFFICERS, f"{ID} {WHY}"),
    "signing-rules list": (EVERYONE, ""),
    "signing-rules look": (OFFICERS, f"{ID} --digest {64 * '0'} --result confirmed {WHY}"),
    "signing-rules read": (OFFICERS, f"{ID} -"),
    "signing-rules reject": (OFFICERS, f"{ID} {WHY}"),
    "signing-rules show": (EVERYONE, ID),
    "signing-rules withdraw": (OFFICERS, f"{ID} {WHY}"),
    "staff erase": (OPS, ID),
    "staff list": (OPS, ""),
    "sync list": (OPS, ""),
    "sync reject": (OPS, f"latest {WHY}"),
    "sync rejected-records": (OPS, ""),
    "sync release": (OPS, f"latest {WHY}"),
    "sync release-logins": (OPS, f"--yes {WHY}"),
    "sync run": (OPS, "check"),
    "sync show": (OPS, "latest"),
}
"""Command: the roles that may run it, and arguments with which it would begin."""
TOGETHER = {
    *("freeze request-lift", "freeze lift"),
    *("mandates record", "mandates confirm", "mandates reject"),
    *(f"signing-rules {act}" for act in ("read", "confirm", "reject")),
}
"""Take two members of staff."""


def words(command: str) -> list[str]:
    arguments = COMMANDS[command][1].replace(WHY, "--reason looked_at_it")
    return [*command.split(), *arguments.split()]


def test_step_13_every_command_says_who_may_run_it() -> None:
    assert set(commands()) == set(COMMANDS) | TECHNICAL


SIGNED_IN = {"events erase-note", "staff erase", "signing-rules look"}
"""Acts of one, but of somebody who is signed in: an erasure could hide an earlier use."""


@pytest.mark.parametrize("command", COMMANDS)
def test_step_13_nobody_reads_or_acts_without_a_sign_in(nowhere: Volitus, command: str) -> None:
    result = nowhere.by_nobody()(*words(command))

    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Nobody is signed in: run `volitus login`; ")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_step_13_a_command_needs_a_role(nowhere: Volitus, command: str) -> None:
    """Who has it comes as far as the database, which is not there."""
    roles, _ = COMMANDS[command]

    said = {
        role: nowhere.by(f"staff-{role}")(*words(command)).err
        for role in ("support", "ops", "mandate_officer")
    }

    let_in = {role for role, line in said.items() if "The database is unavailable" in line}
    refused = {role for role, line in said.items() if line.startswith("This needs the role ")}
    assert (let_in, refused) == (roles, EVERYONE - roles)
    assert all(MEMBERS[f"staff-{role}"].name in said[role] for role in refused)


@pytest.mark.parametrize("command", COMMANDS)
def test_step_13_break_glass_is_for_acts_of_one(nowhere: Volitus, command: str) -> None:
    result = nowhere.by_nobody()("--break-glass", "the provider is away", *words(command))

    assert result.code == 1
    alone = "The database is unavailable" in result.err
    together = "This takes two members of staff" in result.err
    is_refused = command in TOGETHER | SIGNED_IN
    assert (alone, together) == (not is_refused, command in TOGETHER)
