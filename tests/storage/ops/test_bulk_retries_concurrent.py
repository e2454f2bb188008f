"""Two attempts at one bulk retry at once: the first was thought dead, and was not."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from domain.audit import Actor, ActorKind
from storage.database import Database
from storage.ops import bulk_retries, bulk_retry_items
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.stuck_queries import Filter
from tests.builders.rows import rows
from tests.builders.stuck_rows import decided_by, put_stuck


def test_each_row_is_retried_once(database: Database) -> None:
    ids, operation = put_stuck(database, 60), uuid4()
    with database.transaction() as session:
        bulk_retries.request(
            session, operation, NewBulkRetry(Filter(), Actor(ActorKind.OPS, "ann"), "why")
        )

    def attempt(_: int) -> int:
        done = 0
        while True:
            with database.transaction() as session:
                if bulk_retry_items.retry_next(session, operation) is None:
                    return done
            done += 1

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, range(2)))

    assert sum(done) == 60
    assert decided_by(database) == {id_: ["ann"] for id_ in ids}
    (ended,) = rows(database, "SELECT * FROM operation")
    assert ended.result == {"retried": 60, "skipped": 0, "refused": 0, "in_doubt": 0}
    assert len(rows(database, "SELECT FROM event WHERE kind = 'bulk_retry:ended'")) == 1
