"""Operations pause and resume outside systems from a shell."""

from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from tests.builders.rows import NOTED, rows
from tests.builders.staff import OPERATOR
from tests.builders.stuck_rows import put_stuck
from tests.builders.target_failures import fail
from tests.clients.cli_runner import Volitus


def test_every_target_is_shown_with_its_state(volitus: Volitus, database: Database) -> None:
    put_stuck(database, 3)
    fail(database, target=Target.of(TargetKind.SMS))

    result = volitus("ops", "targets")
    json = {each["name"]: each for each in volitus("ops", "targets", "--json").json}

    assert {name: each["state"] for name, each in json.items()} == {
        "billing": "available",
        "network": "available",
        "sim_swap": "available",
        "sms": "paused",
    }
    assert (json["network"]["stuck_steps"], json["sms"]["failures"], json["sms"]["paused_by"]) == (
        3,
        1,
        None,
    )
    (line,) = [line for line in result.out.splitlines() if line.startswith("sms ")]
    assert " paused " in line
    assert " automatic " in line


def test_step_5_the_cause_of_a_pause_is_shown(volitus: Volitus, database: Database) -> None:
    fail(database)
    (row,) = rows(database, "SELECT step_id FROM target_failure")
    step = str(row.step_id)[:8]

    listed = volitus("ops", "targets").out
    stuck = volitus("ops", "stuck").out
    (item,) = volitus("ops", "stuck", "--json").json
    shown = volitus("ops", "show", item["id"]).out

    assert "busy http_503 x1" in listed
    for text in (listed, shown):
        (line,) = [line for line in text.splitlines() if line.startswith(step)]
        assert " busy " in line
    assert "target_failing (1 resource: busy http_503 x1)" in stuck
    assert "1 resource: busy http_503 x1" in shown


def test_a_target_is_paused_and_resumed_in_the_operators_name(
    volitus: Volitus, database: Database
) -> None:
    paused = volitus("ops", "targets", "pause", "network", "--reason", "they asked", "--json")
    listed = volitus("ops", "stuck")
    again = volitus("ops", "targets", "pause", "network", "--reason", "they asked")
    resumed = volitus("ops", "targets", "resume", "network", "--reason", "they are back")
    twice = volitus("ops", "targets", "resume", "network", "--reason", "they are back")

    assert (paused.code, paused.json["state"], paused.json["note"]) == (0, "paused", "they asked")
    assert paused.json["paused_by"]["id"] == OPERATOR
    assert "target_paused" in listed.out
    assert [again.code, resumed.code, twice.code] == [0, 0, 0]
    assert resumed.out == ""
    assert volitus("ops", "stuck", "--json").json == []
    events = rows(database, f"{NOTED} ORDER BY id")
    assert [(each.kind, each.note) for each in events] == [
        ("target:paused", "they asked"),
        ("target:resumed", "they are back"),
    ]
    assert {each.actor["id"] for each in events} == {paused.json["paused_by"]["id"]}


def test_step_5_a_name_that_no_target_has_is_invalid_usage(
    volitus: Volitus, database: Database
) -> None:
    for words in ("targets pause nowhere --reason because", "stuck --target nowhere"):
        result = volitus("ops", *words.split())
        assert (result.code, "No target has this name" in result.err) == (2, True)
    assert rows(database, "SELECT FROM target") == []
