"""Builds the activities of feature ``provisioning``."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.adapters.tmf640.network import Network, NoNetwork, Tmf640Network
from activities.adapters.tmf640.requests import Requests
from activities.provisioning.resend_settings import EndResendActivities, ResendActivities
from activities.provisioning.run_step import StepRunner
from activities.provisioning.undo_items import UndoActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.http import http_client
from worker.registration import ActivityCarrier


@contextmanager
def provisioning(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over a client of their own, which is closed afterwards."""
    with ExitStack() as stack:
        yield [
            EndResendActivities(database),
            ResendActivities(steps, network(settings, stack)),
            UndoActivities(database),
        ]


def network(settings: WorkerSettings, stack: ExitStack) -> Network:
    """The operator's network, if the settings name one."""
    activation = settings.network
    if activation.url is None:
        return NoNetwork()
    requests = Requests(
        stack.enter_context(http_client(activation.timeout, settings.target.slots)),
        str(activation.url),
        activation.token,
        timeout=activation.timeout.total_seconds(),
    )
    return Tmf640Network(requests, activation.dialect())
