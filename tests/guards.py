"""Looks, when all tests are done, through everything that they left where others could read it.

Every workflow history on the session's Temporal server, decrypted, and every line that was logged:
by the tests' own processes (what pytest captured) and by those they started (``*.log``). Whatever
is found fails the run. Under ``pytest -n`` the controller looks, once.
"""

import asyncio
import logging
from pathlib import Path

import pytest

from tests import keys, leaks
from tests.leaks import Leak
from workflows.connection import connect

_FOUND = pytest.StashKey[list[Leak]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FOUND] = []
    # As every process of the product logs: see activities.logs.
    logging.getLogger().setLevel(logging.INFO)
    for name in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if not _is_worker(config):
        config.pluginmanager.register(_Captured(config.stash[_FOUND]), "captured-logs")


class _Captured:
    """Hears of every test, wherever it ran, with what it wrote."""

    def __init__(self, found: list[Leak]) -> None:
        self._found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.passed:
            text = "\n".join(content for _, content in report.sections)
            self._found += [Leak(report.nodeid, what) for what in sorted(leaks.secrets_in(text))]


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if _is_worker(config):
        return
    found = config.stash[_FOUND]
    found += _in_logs(config)
    found += _in_histories(config)
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    found = config.stash[_FOUND]
    if found:
        terminalreporter.section("personal data or secrets were left behind", red=True)
        for leak in sorted(set(found)):
            terminalreporter.line(f"{leak.what}: {leak.where}")


def _in_logs(config: pytest.Config) -> list[Leak]:
    folder: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined] # xdist does the same
    return [
        Leak(str(file.relative_to(folder)), what)
        for file in folder.rglob("*.log")
        for what in sorted(leaks.secrets_in(file.read_text(errors="replace")))
    ]


def _in_histories(config: pytest.Config) -> list[Leak]:
    from tests.conftest import _OWNED  # noqa: PLC0415 # conftest itself loads this module

    servers = config.stash[_OWNED]
    return asyncio.run(_read(servers.temporal)) if "temporal" in vars(servers) else []


async def _read(address: str) -> list[Leak]:
    client = await connect(address, namespace="default", cipher=keys.cipher())
    return await leaks.in_histories(client, keys.cipher())


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
