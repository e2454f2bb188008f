"""Builds the activities of feature ``provisioning``."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.adapters.billing.billing import Billing, HttpBilling, NoBilling
from activities.adapters.billing.requests import BillingRequests
from activities.adapters.networks import Networks
from activities.adapters.tmf640.network import Network, NoNetwork, Tmf640Network
from activities.adapters.tmf640.requests import Requests
from activities.provisioning.resend_settings import EndResendActivities, ResendActivities
from activities.provisioning.run_step import StepRunner
from activities.provisioning.undo_items import UndoActivities
from settings.billing import BillingSettings
from settings.networks import NetworkSettings
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.http import http_client
from worker.registration import ActivityCarrier


@contextmanager
def provisioning(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards."""
    with ExitStack() as stack:
        yield [
            EndResendActivities(database),
            ResendActivities(steps, networks(settings, stack)),
            UndoActivities(database),
        ]


def networks(settings: WorkerSettings, stack: ExitStack) -> Networks:
    """The operator's networks, each with a client of its own."""
    named = {each.name: network(each, settings.target.slots, stack) for each in settings.networks}
    return Networks(network(settings.network, settings.target.slots, stack), named)


def network(activation: NetworkSettings, slots: int, stack: ExitStack) -> Network:
    """The network of these settings, if they name one."""
    if activation.url is None:
        return NoNetwork()
    requests = Requests(
        stack.enter_context(http_client(activation.timeout, slots)),
        str(activation.url),
        activation.token,
        timeout=activation.timeout.total_seconds(),
    )
    return Tmf640Network(requests, activation.dialect())


def billing(settings: BillingSettings, slots: int, stack: ExitStack) -> Billing:
    """The billing of these settings, if they name one."""
    requests = billing_requests(settings, slots, stack)
    return NoBilling() if requests is None else HttpBilling(requests)


def billing_requests(
    settings: BillingSettings, slots: int, stack: ExitStack
) -> BillingRequests | None:
    """Requests to the billing of these settings, over a client of their own; None: none."""
    if settings.url is None:
        return None
    return BillingRequests(
        stack.enter_context(http_client(settings.timeout, slots)),
        str(settings.url),
        settings.token,
        timeout=settings.timeout.total_seconds(),
    )
