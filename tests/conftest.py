"""Servers and databases for every test that asks. What runs where: tests/fixtures/servers.py."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from tests.builders import days
from tests.fixtures.servers import OWNED, Addresses, Databases, OwnedServers

pytest_plugins = [
    "tests.fixtures.browser_plugin",
    "tests.fixtures.compiled_plugin",
    "tests.fixtures.leak_guard_plugin",
    "tests.fixtures.run_forms_plugin",
    "tests.fixtures.suite_time_plugin",
    "tests.fixtures.tls_plugin",
]
FIXTURES = [
    "tests.fixtures.http_patience_plugin",
    "tests.fixtures.engine_plugin",
    "tests.fixtures.number_stack",
    "tests.fixtures.resend_stack",
    "tests.builders.step_runner",
    "tests.builders.orders",
    "tests.fixtures.items_stack",
    "tests.fixtures.order_stack",
    "tests.fixtures.extract_stack",
    "tests.fixtures.payment_stack",
    "tests.fixtures.signing_stack",
    "tests.fixtures.running_stack",
]
"""Plugins that import the product. The controller of ``pytest -n`` runs no test and needs none."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OWNED] = OwnedServers()
    if config.getoption("dist", "no") == "no" or hasattr(config, "workerinput"):
        for name in FIXTURES:
            config.pluginmanager.import_plugin(name)


def pytest_report_header() -> str:
    return f"zone of the engines: TEST_ZONE={days.ZONE.key}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called in the controller of ``pytest -n`` for each worker before it starts."""
    if node.config.getoption("--quick"):
        return
    servers = node.config.stash[OWNED]
    node.workerinput["servers"] = asdict(servers.start())


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[OWNED].close()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Addresses | OwnedServers:
    handed_down = getattr(request.config, "workerinput", {}).get("servers")
    return Addresses(**handed_down) if handed_down else request.config.stash[OWNED]


@pytest.fixture(scope="session")
def databases(servers: Addresses | OwnedServers) -> Databases:
    """Makes databases, for fixtures of a wider scope: ``with databases.fresh() as url``."""
    return Databases(servers.postgres, servers.template)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def temporal_address(servers: Addresses | OwnedServers) -> str:
    """The session's Temporal server; each test uses a task queue and ids of its own."""
    return servers.temporal
