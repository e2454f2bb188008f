"""A check for drift over very many services, against reading both lists and comparing nothing.

The floor reads the same pages with the same client and parser, and the same rows of the database,
a page at a time. Differences are listed in the first round; the next ones find the same again.
"""

import json
import os
import sys
from collections.abc import Mapping
from statistics import median
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.inventory.drift_check import (
    DriftCheckActivities,
    DriftCheckStart,
    NetworkList,
    ReadListActivities,
)
from benchmarks.bare_list import SHOULD_HAVE, mobile, network_id
from benchmarks.measuring import Line, Measured, Size, alone, measured, ratio
from benchmarks.place import Place, running, vacuum
from dev.stack.ports import free_ports
from dev.stack.supervised_process import Program, answers
from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey
from settings.processes import WorkerSettings
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.database import Database
from storage.inventory import drift_checks
from storage.requests import operation_queries
from worker import activities

_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")
_DIFFERING = 0.5
"""Percent of the services that differ."""
_REACH = 3.5
"""Every service is staged, compared and kept as its last reading: the floor writes nothing."""
_ROWS = text("SELECT id, number, told, wanted FROM service WHERE id > :after ORDER BY id LIMIT :n")


def lines(place: Place, size: Size) -> list[Line]:
    """Measure checks and floors in turns."""
    services, page = size.stuck, min(500, size.stuck)
    programs, *_ = place.programs()
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    arguments = [str(each) for each in (port, services, page, _DIFFERING)]
    network = Program(
        "bare-list",
        [sys.executable, "-m", "benchmarks.bare_list", *arguments],
        place.scratch / f"bare-list-{port}.log",
        answers(f"{address}/livez"),
        {},
    )
    with place.database() as url, running(network):
        ours = {"VOLITUS_NETWORK_URL": address, "VOLITUS_DRIFT_PAGE": str(page)}
        environment = programs.environment(url) | ours
        alone(_provide, url, services)
        checks = [alone(_check, environment) for _ in range(size.rounds)]
        floors = [alone(_floor, url, address, page) for _ in range(size.rounds)]
    return _told(services, checks, floors)


def _told(services: int, checks: list[Measured], floors: list[Measured]) -> list[Line]:
    found: Mapping[str, int] = checks[0].result["counts"]
    assert found["compared"] == services
    of, to = [each.seconds for each in checks], [each.seconds for each in floors]
    shares = checks[-1].result
    times = ratio(of, to)
    return [
        Line(
            f"Drift over {services:,} services, {found['differing']:,} differ",
            f"{median(of):.2f} s",
            f"both lists read, not compared {median(to):.2f} s",
            times,
            f"≤ {_REACH}×",
            times <= _REACH,
        ),
        Line(
            "…peak memory of the process",
            f"{max(each.peak_mb for each in checks):.0f} MB",
            f"lists {max(each.peak_mb for each in floors):.0f} MB; pages read and staged"
            f" {shares['read']:.2f} s, compared {shares['compared']:.2f} s",
        ),
    ]


def _provide(url: str, number: int) -> None:
    """Create mobiles that should have a few characteristics."""
    database = Database(url)
    account = AccountFacts(uuid4(), "N-1", "Näidis OÜ", CompanyKey("EE", "10000000"))
    services = [
        ServiceFacts(UUID(network_id(n)), account.id, ServiceKind.MOBILE, mobile(n), "")
        for n in range(number)
    ]
    with database.transaction() as session:
        put_accounts(session, [account], actor=_ACTOR)
        put_services(session, services, actor=_ACTOR)
    with database.transaction() as session:
        has = json.dumps(SHOULD_HAVE)
        session.execute(text("UPDATE service SET wanted = CAST(:has AS jsonb)"), {"has": has})
    vacuum(database)
    database.close()


def _check(environment: Mapping[str, str]) -> dict[str, object]:
    """Carry out one check with the worker's own activities."""
    os.environ.update(environment)
    settings = WorkerSettings.from_environment()
    database = Database(settings.database.dsn())
    with database.transaction() as session:
        start = DriftCheckStart(check_id=drift_checks.request(session, uuid4(), _ACTOR))
    run = ActivityEnvironment().run
    with activities.activities(settings, database) as work:
        known = {each.__name__: each for todo in work.values() for each in todo}
        (network,) = run(known[DriftCheckActivities.open_check.__name__], start)
        of = NetworkList(check_id=start.check_id, network=network)
        read = measured(run, known[ReadListActivities.read_list.__name__], of)
        compared = measured(run, known[DriftCheckActivities.compare.__name__], start)
    with database.reading() as connection:
        counts = operation_queries.get(connection, start.check_id).result
    database.close()
    return {"read": read.seconds, "compared": compared.seconds, "counts": counts}


def _floor(url: str, address: str, page: int) -> None:
    """Read both lists, and forget them."""
    database = Database(url)
    with httpx.Client() as http:
        offset = 0
        while listed := http.get(f"{address}/service?offset={offset}&limit={page}").json():
            offset += len(listed)
    with database.reading() as connection:
        after = UUID(network_id(-1))
        while rows := connection.execute(_ROWS, {"after": after, "n": page}).all():
            after = rows[-1].id
    database.close()
