"""The activity registry: every activity of the product, by the task queue it is on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from activities.provisioning.run_step import StepRunner
from domain.provisioning.targets import Target
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.numbers import numbers
from worker.builders.ops import ops
from worker.builders.provisioning import provisioning
from worker.builders.registry import RegistryActivities, registry

Activities = Sequence[Callable[..., Any]]
Work = Mapping[Target | None, Activities]
"""Activities by the target whose task queue they are on; None: the workflows' own."""


@contextmanager
def activities(settings: WorkerSettings, database: Database) -> Iterator[Work]:
    """Build every activity. Their clients are closed when the block ends."""
    steps = StepRunner(database, settings.step_rules())
    retries = ops(settings, database)
    with (
        registry(settings, database) as register,
        numbers(settings, database, steps) as codes,
        provisioning(settings, database, steps) as resends,
    ):
        yield {
            None: [
                *_of_registry(register),
                codes.give_up,
                codes.expire,
                codes.has_ended,
                codes.leave,
                resends.end,
                retries.carry_on,
            ],
            Target.NETWORK: [
                resends.read,
                resends.configure,
                resends.activate,
                resends.restore,
            ],
            Target.SMS: [codes.send],
            Target.SIM_SWAP: [codes.check_sim_swap],
        }


def _of_registry(register: RegistryActivities) -> Activities:
    return [
        register.sync_runs.open_run,
        register.find_changes.fetch_file,
        register.find_changes.compare_file,
        register.find_changes.read_changes,
        register.find_changes.list_waiting,
        register.find_changes.list_customers,
        register.find_changes.list_given,
        register.query_register.ask,
        register.apply_states.weigh,
        register.apply_states.apply,
        register.sync_runs.record_decision,
        register.sync_runs.end_run,
        register.refresh_person.ask_about_person,
        register.refresh_person.align_companies,
        register.refresh_person.end_refresh,
    ]
