"""The worker's clients, built from its settings and closed at its end."""

import os
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

import pytest

from activities.adapters.billing.billing import HttpBilling, NoBilling
from activities.adapters.camara_sim_swap import NoSimSwap
from activities.adapters.tmf640.network import NoNetwork, Tmf640Network
from domain.provisioning.targets import TargetKind
from domain.task_queues import ACTIVITY_QUEUES
from settings.processes import WorkerSettings
from storage.database import Database
from tests.builders.process_settings import REQUIRED
from worker.activities import activities
from worker.builders.http import http_client
from worker.builders.numbers import sim_swap
from worker.builders.provisioning import billing, network
from worker.process import BACKGROUND, worker_pool


def settings(**changes: str) -> WorkerSettings:
    with patch.dict(os.environ, REQUIRED[WorkerSettings] | changes):
        return WorkerSettings.from_environment()


def test_every_activity_is_on_one_queue_and_every_queue_has_activities() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")

    with activities(settings(), database) as work:
        names = [activity.__qualname__ for todo in work.values() for activity in todo]
        assert set(work) == {None, *ACTIVITY_QUEUES}
        assert all(work.values())

    assert len(names) == len(set(names))


def test_a_client_has_its_own_timeout_and_is_closed() -> None:
    with http_client(timedelta(seconds=2), 3) as client:
        assert (client.timeout.connect, client.timeout.read) == (2, 2)
        assert not client.is_closed

    assert client.is_closed


def test_a_patient_client_does_not_wait_long_for_a_connection() -> None:
    with http_client(timedelta(seconds=60), 1) as client:
        assert (client.timeout.connect, client.timeout.read) == (5, 60)


@pytest.mark.parametrize("url", ["", "https://network.example/v4"])
def test_the_network_is_used_if_the_settings_name_it(url: str) -> None:
    with ExitStack() as stack:
        built = network(settings(VOLITUS_NETWORK_URL=url).network, 1, stack)

    assert isinstance(built, Tmf640Network if url else NoNetwork)


@pytest.mark.parametrize("url", ["", "https://billing.example/v1"])
def test_order_12_billing_is_used_if_the_settings_name_it(url: str) -> None:
    with ExitStack() as stack:
        built = billing(settings(VOLITUS_BILLING_URL=url).billing, 1, stack)

    assert isinstance(built, HttpBilling if url else NoBilling)


@pytest.mark.parametrize("url", ["", "https://network.example/sim-swap/v1"])
def test_sims_are_checked_if_the_settings_name_an_address(url: str) -> None:
    with ExitStack() as stack:
        built = sim_swap(settings(VOLITUS_SIM_SWAP_URL=url), stack)

    assert isinstance(built, NoSimSwap) != bool(url)


def test_fault_12_the_pool_has_a_connection_for_each_activity_slot() -> None:
    changed = settings(
        VOLITUS_ACTIVITY_SLOTS="3",
        VOLITUS_TARGET_SLOTS="2",
        VOLITUS_SYNC_SLOTS="5",
        VOLITUS_REFRESH_SLOTS="1",
        VOLITUS_SIGNATURES_SLOTS="6",
        VOLITUS_EXTRACT_SLOTS="7",
        VOLITUS_PAYMENT_SLOTS="8",
        VOLITUS_DATABASE_POOL_SIZE="4",
    )

    with worker_pool(changed) as database:
        connections = database.connections

    assert connections == 3 + 2 * len(TargetKind) + 5 + 1 + 6 + 7 + 8 + BACKGROUND


def test_a_pool_that_keeps_more_connections_than_there_are_slots_may_use_them() -> None:
    with worker_pool(settings(VOLITUS_DATABASE_POOL_SIZE="500")) as database:
        assert database.connections == 500
