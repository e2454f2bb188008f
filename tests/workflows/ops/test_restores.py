"""The database is put back, Temporal and the network are not: effects happen once all the same."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.audit import EventKind
from domain.processes import resend_id
from domain.provisioning.targets import Target, TargetKind
from services import launcher
from services.ops import restores
from storage.database import Database
from storage.provisioning import resends, targets
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import OPS, Resends
from tests.fixtures.roles import as_superuser

NETWORK = Target.of(TargetKind.NETWORK)
_RESTORED = ("target", "operation", "process", "step")


class Backup:
    """A copy of the rows that a resend has; history cannot be put back here, and is not."""

    def __init__(self, url: str) -> None:
        self._superuser = Database(as_superuser(url), pool_size=1)

    def run(self, statements: Sequence[str]) -> None:
        with self._superuser.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    def take(self) -> None:
        self.run([f"CREATE TABLE backup_{name} AS SELECT * FROM {name}" for name in _RESTORED])

    def restore(self) -> None:
        self.run(
            [f"DELETE FROM {name}" for name in reversed(_RESTORED)]
            + [
                f"INSERT INTO {name} OVERRIDING SYSTEM VALUE SELECT * FROM backup_{name}"
                for name in _RESTORED
            ]
        )

    def close(self) -> None:
        self._superuser.close()


def tell_network(resending: Resends, do: Any) -> None:
    with resending.database.transaction() as session:
        do(session, NETWORK, OPS, "a test")


async def carry_on(resending: Resends, *, dry_run: bool = False) -> restores.RestoreReport:
    return await restores.carry_on(
        resending.engine, actor=OPS, why="the disk failed", dry_run=dry_run
    )


async def test_step_15_what_the_network_did_in_the_lost_time_is_not_done_again(
    resending: Resends, database_url: str
) -> None:
    done, accepted, lost = resending.services(3)
    tell_network(resending, targets.pause)
    first, second = [await resending.ask(each.id) for each in (done, accepted)]
    await until(lambda: all(resending.operation(id_).waits_for for id_ in (first, second)))
    with closing(Backup(database_url)) as backup:
        backup.take()
        resending.network.fault("never", source="activation", subject=str(accepted.id))
        tell_network(resending, targets.resume)
        await resending.ended(first)
        orphan = await _begun(resending, lost.id)
        backup.restore()

    planned = await carry_on(resending, dry_run=True)
    report = await carry_on(resending)
    resending.network.control("DELETE", "/faults")
    tell_network(resending, targets.resume)
    states = [(await resending.ended(id_)).state for id_ in (first, second)]

    assert planned == report
    assert (report.steps_in_doubt, report.restarted, report.not_restarted) == (6, 2, [])
    assert report.unknown == [resend_id(orphan)]
    assert states == ["succeeded", "succeeded"]
    for service in (done, accepted):
        changes = resending.network.applied(service=str(service.id))
        assert len({each["key"] for each in changes}) == len(changes) == 2
    (event,) = resending.events(EventKind.DATABASE_RESTORED)
    assert event.reason["facts"] == {"steps": "6"}


async def _begun(resending: Resends, service_id: UUID) -> UUID:
    """Begin a resend that the network holds, and that the backup does not know."""
    resending.network.fault("never", source="activation", subject=str(service_id))
    operation_id = uuid4()
    with resending.database.transaction() as session:
        resends.request(session, operation_id, service_id, OPS, "a test")
    await launcher.start(resending.engine, operation_id)
    await until(lambda: resending.steps(operation_id)["configure"] == "accepted")
    return operation_id
