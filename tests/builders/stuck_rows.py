"""Rows of ``stuck`` in any number, without processes, for tests that only read the rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from storage.database import Database
from tests.builders.rows import carry_out, rows

_PUT = text("""
INSERT INTO stuck (id, kind, process, process_id, account_id, target, action, code, attempts,
    first_failed_at, last_failed_at, since, allowed_decisions,
    correctable_inputs, state)
SELECT gen_random_uuid(), :kind, 'resend', gen_random_uuid(), :account_id, :target, 'configure',
    :code, 3, now() - age, now(), now() - age, CAST(:allowed_decisions AS text[]), '{}', :state
FROM (SELECT CAST(:age AS interval) - n * interval '1 second' AS age
      FROM generate_series(1, :number) n) AS made
RETURNING id, since
""")
_USUAL: dict[str, Any] = {
    "kind": "trouble",
    "code": "busy",
    "target": "network",
    "account_id": None,
    "allowed_decisions": ["retry", "abort"],
    "state": "stuck",
    "age": "1 day",
}


def put_stuck(database: Database, number: int, **columns: Any) -> list[UUID]:
    """Write this many rows, each stuck a second less long than the last; none needs a wake-up."""
    with database.transaction() as session:
        made = session.execute(_PUT, _USUAL | columns | {"number": number}).all()
    return [row.id for row in sorted(made, key=lambda row: row.since)]


def mixed(database: Database, trouble: int) -> dict[str, list[UUID]]:
    """Everything that can be met, stuck the longest first: so much trouble, a few of the rest."""
    return {
        "trouble": put_stuck(database, trouble, age="119 hours 30 minutes"),
        "refused": put_stuck(database, 5, kind="refused", code="refused", age="4 days"),
        "doubt": put_stuck(database, 4, kind="doubt", code="answer_lost", age="3 days"),
        "decided": put_stuck(database, 3, state="decided", age="2 days"),
        "broken": put_stuck(
            database, 2, kind="broken", code="workflow_missing", allowed_decisions=[]
        ),
        "paused": put_stuck(
            database, 1, kind="paused", code="target_paused", allowed_decisions=[], age="1 hour"
        ),
        "closed": put_stuck(database, 6, state="closed"),
    }


def all_stuck(database: Database) -> list[Row[Any]]:
    """The whole table, as it is now."""
    return rows(database, "SELECT * FROM stuck ORDER BY id")


def decided_by(database: Database) -> dict[UUID, list[str]]:
    """Return the operator who decided about each row, from the history."""
    found = rows(
        database,
        "SELECT subject_id, array_agg(actor ->> 'id' ORDER BY id) AS who FROM event"
        " WHERE kind = 'stuck:decided' GROUP BY subject_id",
    )
    return {row.subject_id: row.who for row in found}


def settle(database: Database, healed: Sequence[UUID] = (), again: Sequence[UUID] = ()) -> None:
    """Let processes have carried their retries out: these succeeded, and these failed again."""
    closed = "state = 'closed', resolution = 'retried', closed_at = now()"
    for what, ids in ((closed, healed), ("state = 'stuck', decision = NULL", again)):
        carry_out(
            database,
            f"UPDATE stuck SET {what}, version = version + 1 WHERE id = ANY(:ids)",
            ids=list(ids),
        )
