"""step.12: dry runs on a shell say what will happen, and change nothing."""

from dataclasses import replace
from uuid import UUID

from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.stuck_steps import Cause, StepFailure
from storage.database import Database
from tests.builders.extracts import made_by
from tests.builders.rows import carry_out, rows
from tests.builders.stuck_items import BUSY, LOST, REFUSED, asked, services, stick
from tests.builders.stuck_rows import all_stuck
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "checked with the network", "--dry-run")
ASKABLE = replace(LOST, can_ask=True)


def stuck(database: Database, why: StepFailure, number: int, action: str = "configure") -> UUID:
    """A resend of its own service that is stuck at a step; what comes before is done."""
    (here,) = services(database, 1, of=number)
    row = stick(database, here, why, action=action)
    carry_out(
        database,
        "UPDATE step SET state = 'done', ended_at = now() + place * interval '1 second'"
        " WHERE process_id = :p AND place < (SELECT place FROM step WHERE id = :id)",
        p=row.process_id,
        id=row.id,
    )
    carry_out(
        database,
        "UPDATE stuck SET allowed_decisions = '{retry,skip,abort,fail}',"
        " correctable_inputs = '{network_id}'",
    )
    id_: UUID = row.id
    return id_


def test_step_12_a_dry_run_says_what_will_happen(volitus: Volitus, database: Database) -> None:
    askable, lost = stuck(database, ASKABLE, 1), stuck(database, LOST, 2, "activate")
    refused, busy = stuck(database, REFUSED, 3), stuck(database, BUSY, 4)
    before = all_stuck(database)
    not_undone = "Not undone: read (nothing undoes it)."
    wanted = {
        ("retry", askable): "network is asked about the earlier attempt at configure, which is sent"
        " again only if that never happened.",
        ("retry", lost): "activate is sent to network again; it may then happen twice.",
        ("retry", refused): "configure is sent to network under a new key.",
        ("retry", busy): "configure is sent to network again; nothing happened before.",
        ("skip", askable): "the process resend continues without the step configure. It may have"
        " been done, and stays so.",
        ("skip", busy): "the process resend continues without the step configure.",
        ("abort", lost): "the process resend ends. Undone if they happened: activate. Undone, the"
        f" newest first: configure. {not_undone}",
        ("abort", busy): f"the process resend ends. {not_undone}",
        ("fail", askable): "the process resend, which is one item, ends. Undone if they happened:"
        f" configure. {not_undone}",
    }

    result = {(how, id_): volitus("ops", how, id_, *WHY) for how, id_ in wanted}
    corrected = volitus("ops", "retry", refused, "--correct", "network_id=NET-7", *WHY)
    json = volitus("ops", "abort", lost, *WHY, "--json").json

    assert {asked_: each.err for asked_, each in result.items()} == {
        (how, id_): f"Would {how} the item: {line} Nothing was changed.\n"
        for (how, id_), line in wanted.items()
    }
    assert "to network with a corrected network_id under a new key." in corrected.err
    assert (json["dry_run"], json["decision"]["decision"]) == (True, "abort")
    assert json["forecast"]["undoing"] == {
        "undone": ["configure"],
        "undone_if_done": ["activate"],
        "kept": [{"action": "read", "why": "no_undo"}],
    }
    assert all_stuck(database) == before
    assert rows(database, "SELECT FROM event WHERE kind = 'stuck:decided'") == []


def test_step_12_a_dry_run_says_that_it_waits_for_a_paused_target(
    volitus: Volitus, database: Database
) -> None:
    busy = stuck(database, StepFailure(StuckKind.TROUBLE, Cause(StuckReason.BUSY)), 1, "activate")
    carry_out(
        database, "INSERT INTO target (name, kind, state) VALUES ('network', 'network', 'paused')"
    )

    for how in ("retry", "abort"):
        assert volitus("ops", how, busy, *WHY).err.endswith(
            " It waits until the target is available. Nothing was changed.\n"
        )
    assert "waits" not in volitus("ops", "skip", busy, *WHY).err


def test_step_12_a_resend_is_cancelled_from_a_shell(volitus: Volitus, database: Database) -> None:
    (here,) = services(database, 1)
    operation = str(asked(database, here))
    carry_out(
        database, "UPDATE step SET state = 'done', ended_at = now() WHERE action <> 'activate'"
    )
    words = ("ops", "cancel", operation[:8], "--reason", "not wanted")

    dry = volitus(*words, "--dry-run")
    untouched = rows(database, "SELECT FROM step WHERE undo_reason IS NOT NULL")
    done = volitus(*words, "--json")
    carry_out(database, "UPDATE operation SET state = 'succeeded'")
    late, unknown = volitus(*words), volitus("ops", "cancel", "abcdef", "--reason", "why not")

    assert dry.err == (
        "Would cancel the resend: nothing more of it is sent. Undone, the newest first: configure."
        " Not undone: read (nothing undoes it). Nothing was changed.\n"
    )
    assert untouched == []
    assert done.json["items"] == [{"item": "", "result": "cancelled"}]
    assert (done.json["undo_reason"], done.json["notified"]) == ("cancelled", False)
    assert "Temporal is unavailable: a worker wakes the process later." in done.err
    assert (late.code, late.err.splitlines()[-1]) == (
        1,
        f"Operation {operation[:8]} cannot be cancelled. It has ended: succeeded.",
    )
    assert (unknown.code, unknown.err) == (
        1,
        "No operation has the id `abcdef`: `volitus ops show ID` shows it.\n",
    )


def test_bill_4_an_extract_is_cancelled_from_a_shell(volitus: Volitus, database: Database) -> None:
    id_ = str(made_by(database))
    words = ("ops", "cancel", id_[:8], "--reason", "billing is down")

    dry, done = volitus(*words, "--dry-run"), volitus(*words)

    assert dry.err == (
        "Would cancel the usage_extract: what it has read is deleted. Nothing was changed.\n"
    )
    assert done.err == "Cancelled: what it had read is deleted.\n"


def test_step_12_what_is_being_aborted_is_not_cancelled_and_a_dry_run_says_so(
    volitus: Volitus, database: Database
) -> None:
    (here,) = services(database, 1)
    operation = str(asked(database, here))
    carry_out(database, "UPDATE step SET undo_reason = 'aborted'")
    words = ("ops", "cancel", operation[:8], "--reason", "not wanted")

    dry, done = volitus(*words, "--dry-run"), volitus(*words)

    assert (dry.code, done.code) == (1, 1)
    refused = f"Operation {operation[:8]} cannot be cancelled. It is "
    assert dry.err == f"{refused}being aborted.\n"
    assert done.err.splitlines()[-1].startswith(refused)


def test_step_12_show_says_whether_the_target_is_asked(
    volitus: Volitus, database: Database
) -> None:
    askable, lost = stuck(database, ASKABLE, 1), stuck(database, LOST, 2)

    assert volitus("ops", "show", askable).err.startswith(
        "The step may have been done: its target is asked at long intervals; retry asks now. "
    )
    assert volitus("ops", "show", lost).err.startswith(
        "The step may have been done, and its target cannot be asked: check there"
    )
