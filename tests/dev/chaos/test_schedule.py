"""The schedule of a campaign comes from its seed alone."""

import subprocess
import sys
from collections import Counter

import pytest

from dev.chaos.billed_workload import PayingHabit
from dev.chaos.faults import ESSENTIAL, MORE
from dev.chaos.schedule import Schedule, as_json
from dev.chaos.workload import GivingHabit

_FORMS = pytest.mark.parametrize("processes", [40, 500])


@_FORMS
def test_a_seed_gives_the_same_schedule_again_and_another_seed_another(processes: int) -> None:
    once, again, other = (as_json(Schedule.of(seed, processes)) for seed in (5, 5, 6))

    assert once == again
    assert all(once[part] != other[part] for part in once)


@_FORMS
def test_step_11_a_standard_network_has_no_fault_that_only_keys_help_against(
    processes: int,
) -> None:
    schedule = Schedule.of(5, processes, standard=True)
    kinds = {window.fault.shown.get("kind") for window in schedule.windows}
    assert {"cut", "out_of_order", "refuse_later"} <= kinds
    assert not {"double", "never"} & kinds


@pytest.mark.usefixtures("processes")
def test_another_process_draws_the_same() -> None:
    code = "from dev.chaos.schedule import *; print(as_json(Schedule.of(5, 40)))"
    shown = subprocess.check_output(
        [sys.executable, "-c", code], text=True, env={"PYTHONHASHSEED": "99"}
    )

    assert shown == f"{as_json(Schedule.of(5, 40))}\n"


@_FORMS
def test_every_program_is_killed_and_every_fault_is_on_while_requests_are_sent(
    processes: int,
) -> None:
    schedule = Schedule.of(5, processes)
    form = schedule.form

    asked = [
        *(schedule.numbers, schedule.resends, schedule.givings),
        *(schedule.orders, schedule.contracts, schedule.payments, schedule.extracts),
    ]
    assert sum(map(len, asked)) == processes
    assert {each.habit for each in schedule.givings} == set(GivingHabit)
    assert {each.habit for each in schedule.payments} == set(PayingHabit)
    assert Counter(kill.whom for kill in schedule.kills) == form.kills()
    assert all(0 <= kill.at < kill.at + kill.down < form.asking + 4 for kill in schedule.kills)
    assert all(0 <= each.at < each.until <= form.asking for each in schedule.windows)
    shown = [window.fault for window in schedule.windows]
    assert all(fault in shown for fault in (*ESSENTIAL, *(() if form.short else MORE)))
    assert schedule.refused()
    several = Counter(request.service for request in schedule.resends)
    assert max(several.values()) > 2  # or their order would mean nothing
