"""The activity registry: every activity of the product, by the task queue it is on."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.provisioning.run_step import StepRunner
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.approvals import approvals
from worker.builders.contracts import contracts
from worker.builders.delegations import delegations
from worker.builders.extracts import extracts
from worker.builders.inventory import inventory
from worker.builders.messages import messages
from worker.builders.numbers import numbers
from worker.builders.ops import ops
from worker.builders.orders import orders
from worker.builders.payments import payments
from worker.builders.provisioning import provisioning
from worker.builders.registry import registry
from worker.builders.signing import signing
from worker.registration import Registered, collect
from workflows.catalog import MARKS


@contextmanager
def activities(settings: WorkerSettings, database: Database) -> Iterator[Registered]:
    """Build every activity. Their clients are closed when the block ends.

    Raises ActivitiesMissing where an activity of the package ``activities`` is not among them.
    """
    steps = StepRunner(database, settings.step_rules(), MARKS)
    with (
        registry(settings, database) as of_registry,
        numbers(settings, database, steps) as of_numbers,
        messages(settings, database, steps) as of_messages,
        inventory(settings, database) as of_inventory,
        provisioning(settings, database, steps) as of_provisioning,
        orders(settings, database, steps) as of_orders,
        extracts(settings, database) as of_extracts,
        payments(settings, database, steps) as of_payments,
    ):
        in_database = [
            *ops(settings, database),
            *delegations(settings, database),
            *approvals(settings, database),
            *contracts(settings, database),
            *signing(settings, database),
        ]
        outside = [*of_registry, *of_numbers, *of_messages, *of_inventory, *of_provisioning]
        yield collect([*outside, *of_orders, *of_extracts, *of_payments, *in_database])
