"""Sweeps: each does all that is due, in batches, and none keeps another waiting."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from services import sweeps
from services.sweeps import Sweep, SweepRules
from storage.database import Connection, Database, Session
from tests.builders.days import ZONE

RULES = SweepRules(ZONE)


def due_for(seconds: float) -> Callable[[Connection], float]:
    return lambda _: seconds


class Batches:
    """A sweep of so many rows, two at a time."""

    def __init__(self, rows: int) -> None:
        self.left = rows
        self.transactions = list[int]()

    def batch(self, session: Session, rules: SweepRules) -> int:
        assert rules is RULES
        done = min(self.left, 2)
        number = session.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
        self.transactions.append(number)
        self.left -= done
        return done


def broken(session: Session, rules: SweepRules) -> int:
    raise ValueError("a row that it cannot read")


def unreachable(session: Session, rules: SweepRules) -> int:
    raise OperationalError("SELECT", {}, Exception("gone"))


def test_deleg_10_a_sweep_goes_on_until_nothing_is_due(database: Database) -> None:
    five, none = Batches(5), Batches(0)

    sweeps.run(
        database, RULES, [Sweep(f"s{i}", s.batch, due_for(0)) for i, s in enumerate((five, none))]
    )

    assert (five.left, len(set(five.transactions)), len(none.transactions)) == (0, 4, 1)


def test_deleg_10_one_sweep_that_fails_does_not_stop_the_others(database: Database) -> None:
    good = Batches(3)
    all_of_them = {"broken": broken, "unreachable": unreachable, "good": good.batch}

    with capture_logs() as lines:
        sweeps.run(database, RULES, [Sweep(n, b, due_for(0)) for n, b in all_of_them.items()])

    assert good.left == 0
    assert [(line["event"], line["sweep"]) for line in lines] == [
        ("sweep_failed", "broken"),
        ("sweep_waits", "unreachable"),
    ]


def test_deleg_10_how_late_each_sweep_is_can_be_read(database: Database) -> None:
    asked = [Sweep("a", Batches(0).batch, due_for(0)), Sweep("b", Batches(0).batch, due_for(90))]

    with database.reading() as connection:
        assert sweeps.ages(connection, asked) == {"a": 0, "b": 90}
