"""The change list, read from where the last reading ended: nothing lost or repeated."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey, PersonKey
from domain.registry.sync import SyncSource
from registry_sync.estonia.change_list import OPERATION
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.soap import SoapService
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.database import Database
from storage.registry import change_feed, sync_runs
from tests.builders.people import JAAN, KATI, MARI
from tests.clients import register_client

CODE, OTHER, STRANGER = "19000014", "19000020", "19000037"


class Days:
    """The register and the reading of its changes, on any day."""

    def __init__(self, database: Database, simulator: register_client.Client) -> None:
        self._database = database
        self._simulator = simulator
        self._ahead = 0
        soap = SoapService(
            httpx.Client(),
            str(simulator.http.base_url),
            register_client.CREDENTIALS["ariregister_kasutajanimi"],
            SecretStr(register_client.CREDENTIALS["ariregister_parool"]),
            nullcontext,
        )
        self._register = EstonianRegister(soap, self._now, lambda _: None)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self._ahead)

    def on(self, day: int) -> None:
        """Be on this day: 0 is today."""
        self._ahead = day
        self._simulator.control("POST", "/clock", {"days": day})

    def entry(self, code: str, *people: PersonKey, on: int) -> None:
        """The register makes an entry on this day, which may be an earlier one."""
        self._simulator.control("POST", "/clock", {"days": on})
        self._simulator.put(code, holders=list(people))
        self._simulator.control("POST", "/clock", {"days": self._ahead})

    def read(self) -> set[str]:
        """Read the changes; returns the companies."""
        with self._database.transaction() as session:
            run_id, _ = sync_runs.open_run(session, SyncSource.CHANGES, uuid4().hex)
        with self._database.reading() as connection:
            cursor = change_feed.cursor(connection, OPERATION)
        changes = self._register.changed_since(cursor)
        with self._database.transaction() as session:
            change_feed.record_changes(session, run_id, changes, feed=OPERATION, country="EE")
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT c.code FROM sync_change s JOIN company c ON c.id = s.company_id"
                    " WHERE s.run_id = :run AND s.kind = 'listed'"
                ),
                {"run": run_id},
            )
            return {row.code for row in rows}

    def lists_read(self) -> int:
        read: int = self._simulator.control("GET", "/stats")["queries"].get(OPERATION, 0)
        self._simulator.control("DELETE", "/stats")
        return read

    def close(self) -> None:
        self._register._soap._http.close()


@pytest.fixture
def days(database: Database, tmp_path: Path) -> Iterator[Days]:
    facts = [AccountFacts(uuid4(), code, "", CompanyKey("EE", code)) for code in (CODE, OTHER)]
    with database.transaction() as session:
        put_accounts(session, facts, actor=Actor(ActorKind.SYSTEM, "tests"))
    with register_client.running(tmp_path / "register", companies=1) as simulator:
        made = Days(database, simulator)
        yield made
        made.close()


def test_the_next_day_continues_where_the_last_ended(days: Days) -> None:
    days.entry(CODE, MARI, on=0)

    assert days.read() == {CODE}
    assert days.lists_read() == 3
    days.on(1)
    days.entry(OTHER, JAAN, on=1)
    assert days.read() == {OTHER}
    assert days.lists_read() == 4


def test_an_entry_that_comes_late_into_a_day_already_read_is_noticed(days: Days) -> None:
    days.entry(CODE, MARI, on=0)
    days.read()
    days.on(2)
    days.read()

    days.entry(OTHER, KATI, on=0)
    days.entry(CODE, MARI, KATI, on=1)

    assert days.read() == {CODE, OTHER}
    assert days.read() == set()


def test_after_a_long_silence_no_day_is_left_out(days: Days) -> None:
    days.read()
    days.entry(CODE, MARI, on=3)
    days.entry(OTHER, JAAN, on=40)
    days.on(50)

    assert days.read() == {CODE}
    assert days.read() == {OTHER}


def test_changes_of_unknown_companies_are_ignored_until_a_known_person_is_a_holder(
    days: Days, database: Database
) -> None:
    days.entry(STRANGER, MARI, on=0)

    assert days.read() == set()
    with database.transaction() as session:
        session.execute(
            text(
                "WITH p AS (INSERT INTO person (id, country, code)"
                " VALUES (gen_random_uuid(), 'EE', :code) RETURNING id),"
                " c AS (INSERT INTO company (id, country, code)"
                " VALUES (gen_random_uuid(), 'EE', :stranger) RETURNING id)"
                " INSERT INTO appointment (person_id, company_id, as_of)"
                " SELECT p.id, c.id, now() FROM p, c"
            ),
            {"code": MARI.code, "stranger": STRANGER},
        )
    assert days.read() == {STRANGER}
