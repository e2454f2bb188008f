"""Builds the activities of feature ``orders``."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.orders.change_targets import ChangeBillingActivities, ChangeNetworkActivities
from activities.orders.orders import OrderActivities
from activities.provisioning.run_step import StepRunner
from runtime.secret_cipher import SecretCipher
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.provisioning import billing, networks
from worker.registration import ActivityCarrier


@contextmanager
def orders(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards."""
    cipher = SecretCipher.of(settings.payload)
    with ExitStack() as stack:
        booking = billing(settings.billing, settings.target.slots, stack)
        yield [
            OrderActivities(database),
            ChangeNetworkActivities(steps, networks(settings, stack), cipher),
            ChangeBillingActivities(steps, booking),
        ]
