"""Operators list and show stuck items from a shell."""

import re
from typing import Any
from uuid import UUID, uuid4

from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.provisioning.resend_settings import steps_of
from domain.provisioning.steps import StepState
from domain.provisioning.stuck_steps import Cause, StepFailure
from domain.provisioning.targets import Target, TargetKind
from storage.database import Database
from storage.ops import stuck_items
from storage.provisioning import resends, step_order, steps
from storage.provisioning.steps import Unsettled
from tests.builders.import_files import COMPANY
from tests.builders.rows import account, carry_out, put, put_service, service
from tests.builders.stuck_rows import mixed, put_stuck
from tests.clients.cli_runner import Volitus

OFFICE = account(CompanyKey("EE", COMPANY))
LINE = service(1, OFFICE, phone="+37255512345")
OPS = Actor(ActorKind.OPS, "anna")


def named(database: Database, id_: UUID, name: str) -> str:
    """Give a row an id that begins so."""
    new = name + str(id_)[len(name) :]
    carry_out(database, "UPDATE stuck SET id = :new WHERE id = :id", new=new, id=id_)
    return new


def stand_still(database: Database) -> tuple[UUID, UUID]:
    """Two resends of one service, of which the first is refused; gives its row and the other."""
    put(database, OFFICE)
    put_service(database, LINE)
    first, second = uuid4(), uuid4()
    for operation in (first, second):
        with database.transaction() as session:
            resends.request(session, operation, LINE.id, OPS, "a test")
    step = steps_of(first, LINE.id, OFFICE.id)[0]
    with database.transaction() as session:
        step_order.lock(session, step, Target.of(TargetKind.NETWORK), f"resend/{first}")
        steps.mark_sending(session, step.id)
        cause = Cause(StuckReason.SERVICE_UNKNOWN, "no such service")
        row = steps.record_unsettled(session, step.id, Unsettled(StepState.REFUSED, cause))
        assert row is not None
        stuck_items.open_(session, step, row.attempts, StepFailure(StuckKind.REFUSED, cause))
    return step.id, second


def lines(out: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()[1:]]


def test_stuck_items_are_listed_longest_first(volitus: Volitus, database: Database) -> None:
    put(database, OFFICE)
    young = put_stuck(database, 1, age="95 minutes", target="sms", state="decided")
    known = put_stuck(database, 1, age="26 hours", account_id=OFFICE.id)
    other = put_stuck(database, 1, age="3 hours", account_id=UUID(int=9))
    put_stuck(database, 1, state="closed")

    result = volitus("ops", "stuck")
    json = volitus("ops", "stuck", "--json").json

    wanted = [str(id_) for id_ in (*known, *other, *young)]
    assert [row["id"] for row in json] == wanted
    assert json[0]["reason"]["text"] == "The target is too busy to take it"
    assert json[0]["commands"] == [
        f"volitus ops retry {wanted[0][:8]} --reason '…'",
        f"volitus ops abort {wanted[0][:8]} --reason '…'",
    ]
    assert json[2]["commands"] == []
    shown = [[*row[:2], *row[3:]] for row in lines(result.out)]
    usual, left = ["configure", "busy"], ["3", "trouble", "resend", "retry, abort"]
    assert shown == [
        [wanted[0], "stuck", "network", *usual, "K1", *left],
        [wanted[1], "stuck", "network", *usual, str(UUID(int=9)), *left],
        [wanted[2], "decided", "sms", *usual, *left],
    ]
    assert result.err == ""


def test_filters_find_what_they_name_and_nothing_else(volitus: Volitus, database: Database) -> None:
    put(database, OFFICE)
    put_stuck(database, 3, account_id=OFFICE.id, age="10 minutes")
    put_stuck(database, 2, target="sms", kind="refused", code="refused", age="2 hours")
    cases: list[tuple[str, int]] = [
        ("--target sms", 2),
        ("--code busy", 3),
        ("--kind refused", 2),
        ("--process resend", 5),
        ("--process refresh", 0),
        (f"--account {OFFICE.id}", 3),
        ("--account K1", 3),
        ("--older-than PT1H", 2),
        ("--target network --older-than PT1H", 0),
    ]

    found = [
        (words, len(volitus("ops", "stuck", "--json", *words.split()).json)) for words, _ in cases
    ]
    none = volitus("ops", "stuck", "--target", "sim_swap")

    assert found == cases
    assert (none.code, none.out, none.err) == (0, "", "No stuck item matches.\n")


def test_a_list_that_is_cut_says_how_to_see_the_rest(volitus: Volitus, database: Database) -> None:
    assert volitus("ops", "stuck").err == "Nothing is stuck.\n"
    put_stuck(database, 3)

    cut = volitus("ops", "stuck", "--limit", 2)

    assert len(lines(cut.out)) == 2
    assert cut.err == "Showing 2 of 3 items: use `--limit 3` or `--groups`.\n"
    assert volitus("ops", "stuck", "--limit", 3).err == ""


def test_groups_count_by_target_and_reason(volitus: Volitus, database: Database) -> None:
    mixed(database, trouble=10)

    json = volitus("ops", "stuck", "--groups", "--json").json
    result = volitus("ops", "stuck", "--groups", "--kind", "trouble")

    counted = {group["reason"]: (group["count"], group["undecided"]) for group in json}
    assert counted == {
        "busy": (13, 10),
        "refused": (5, 5),
        "answer_lost": (4, 4),
        "workflow_missing": (2, 2),
        "target_paused": (1, 1),
    }
    (line,) = lines(result.out)
    assert line[:5] == ["network", "busy", "trouble", "13", "10"]


def test_the_whole_story_of_one(volitus: Volitus, database: Database) -> None:
    id_, behind = stand_still(database)
    name = str(id_)[:8]

    result = volitus("ops", "show", name)
    json = volitus("ops", "show", str(id_).upper(), "--json").json

    for part in (
        "The network does not know the service (service_unknown)",
        "no such service",
        "correctable inputs  network_id",
        f"K1 {OFFICE.id}",
        str(behind),
        "stuck:opened",
        "engine:resend",
        f"mobile {LINE.number}",
        f"{'network id':20}{LINE.id}",
        f"{'requested by':20}ops:anna",
        f"{'requested because':20}a test",
    ):
        assert part in result.out
    assert result.err == (
        f"Available commands: `volitus ops retry {name} --reason '…'`, "
        f"`volitus ops abort {name} --reason '…'`\n"
    )
    assert (json["id"], json["account"], json["blocked_count"]) == (str(id_), "K1", 3)
    assert [step["state"] for step in json["steps"]] == ["refused", "asked", "asked"]
    assert json["requested"]["note"] == "a test"
    assert volitus("ops", "stuck", "--json").json[0]["service"]["number"] == LINE.number
    assert f"mobile {LINE.number}" in volitus("ops", "stuck").out
    assert {step["process_id"] for step in json["blocked_steps"]} == {str(behind)}
    assert [event["kind"] for event in json["events"]] == ["stuck:opened"]


TIMES = {
    "trouble": {"first failed at", "last failed at"},
    "refused": {"first refused at", "last refused at"},
    "doubt": {"in doubt since", "last attempt at"},
    "broken": {"broken since", "last found broken at"},
    "paused": {"paused at"},
}


def test_times_are_named_by_what_happened(volitus: Volitus, database: Database) -> None:
    ids = mixed(database, trouble=1)
    known = set().union(*TIMES.values())

    for kind, times in TIMES.items():
        result = volitus("ops", "show", ids[kind][0])
        names = {line.split("  ")[0].strip() for line in result.out.splitlines()}
        assert names & known == times, kind


def test_a_target_that_was_paused_after_failures_shows_when_it_failed(
    volitus: Volitus, database: Database
) -> None:
    (id_,) = put_stuck(database, 1, kind="paused", code="target_failing", allowed_decisions="{}")

    result = volitus("ops", "show", id_)

    assert "first failed at" not in result.out
    assert "paused at" in result.out
    assert "last failed at" in result.out


def test_the_last_line_shows_the_allowed_commands(volitus: Volitus, database: Database) -> None:
    ids = mixed(database, trouble=1)
    decision = '{"decision": "skip", "by": {"kind": "ops", "id": "anna"}}'
    carry_out(
        database,
        "UPDATE stuck SET resolution = 'healed' WHERE state = 'closed'",
    )
    carry_out(
        database,
        "UPDATE stuck SET decision = CAST(:it AS jsonb) WHERE state = 'decided'",
        it=decision,
    )
    carry_out(
        database, "UPDATE stuck SET allowed_decisions = '{reset,close}' WHERE kind = 'broken'"
    )
    names = {kind: str(each[0])[:8] for kind, each in ids.items()}
    retry = "`volitus ops retry {0} --reason '…'`, `volitus ops abort {0} --reason '…'`"
    commands = f"Available commands: {retry}"
    wanted = {
        "trouble": "The step is retried automatically at long intervals. " + commands,
        "doubt": "The step may have been done, and its target cannot be asked: check there"
        " before you decide. " + commands,
        "decided": "anna decided: skip. The process has not begun to carry it out. "
        "Details: `volitus ops show {0}`",
        "broken": "Available commands: `volitus ops repair {0} reset --reason '…'`, "
        "`volitus ops repair {0} close --reason '…'`",
        "paused": "Available commands: `volitus ops targets resume network --reason '…'`",
        "closed": "The item is no longer stuck. It succeeded without an operator.",
    }

    result = {kind: volitus("ops", "show", names[kind]).err for kind in wanted}

    assert result == {kind: line.format(names[kind]) + "\n" for kind, line in wanted.items()}


def test_ids_may_be_shortened_to_what_only_one_has(volitus: Volitus, database: Database) -> None:
    first, second = put_stuck(database, 2)
    one = named(database, first, "aaaaaaaa-a000")
    two = named(database, second, "aaaaaaaa-a111")

    def show(id_: str) -> Any:
        return volitus("ops", "show", id_, "--json")

    assert show("AAAAAAAA-A0").json["id"] == one
    assert show("aaaaaaaaa1").json["id"] == two
    for id_, code, line in (
        ("aaaaaa", 1, f"Several ids begin with aaaaaa: {one}, {two}. Enter more of the id.\n"),
        ("aaaaa", 2, "`aaaaa` is too short: enter at least 6 digits of the id.\n"),
        (
            "bbbbbb",
            1,
            "No item has the id `bbbbbb`: `volitus ops stuck` lists the stuck items.\n",
        ),
        (
            "a%aaaaa",
            1,
            "No item has the id `a%aaaaa`: `volitus ops stuck` lists the stuck items.\n",
        ),
    ):
        result = show(id_)
        assert (result.code, result.out, result.err) == (code, "", line)


def test_an_unknown_account_is_refused(volitus: Volitus) -> None:
    result = volitus("ops", "stuck", "--account", "K7")

    assert (result.code, result.err) == (
        1,
        (
            "No account has the id or reference `K7`: use the customer's reference as billing"
            " writes it, or the account's id.\n"
        ),
    )
