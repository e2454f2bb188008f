"""step.14: operations see whether codes come back, without a number or a prefix as a label."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from api.internal.metrics import DatabaseMetrics
from domain.audit import Actor, ActorKind
from domain.numbers.blocks import BlockKind
from domain.reasons import Reason
from storage.database import Database
from storage.numbers import blocks
from tests.builders.rows import carry_out

ENGINE = Actor(ActorKind.ENGINE, "conversion-watch")
PREFIX = "+3725550"


@pytest.fixture
def metrics(database: Database) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))
    return registry


def shown(metrics: CollectorRegistry) -> tuple[float | None, ...]:
    names = ("codes_sent_last_hour", "codes_returned_last_hour", "prefixes_closed")
    return tuple(metrics.get_sample_value(f"volitus_{name}") for name in names)


def ended(database: Database, state: str, *, minutes: int = 5, method: str = "sms") -> None:
    """Write a verification that ended so long ago, and its process."""
    carry_out(
        database,
        "WITH v AS (INSERT INTO verification (id, client, number, prefix, method, state, language,"
        " sends, wrong_codes, created_at, expires_at, resend_at) VALUES (gen_random_uuid(),"
        " gen_random_uuid()::text, '+37255500001', :prefix, :method, :state, 'et', 1, 0, now(),"
        " now(), now()) RETURNING id) INSERT INTO process (id, type, workflow_id, ended_at)"
        " SELECT id, 'number_verification', id::text, now() - :ago FROM v",
        prefix=PREFIX,
        method=method,
        state=state,
        ago=timedelta(minutes=minutes),
    )


def test_step_14_codes_of_the_last_hour_and_those_that_came_back(
    database: Database, metrics: CollectorRegistry
) -> None:
    assert shown(metrics) == (0, 0, 0)
    for state in ("verified", "expired", "expired", "failed"):
        ended(database, state)
    ended(database, "verified", minutes=61)
    ended(database, "cancelled")  # before its SMS was delivered: it could not come back

    assert shown(metrics) == (4, 1, 0)


def test_step_14_prefixes_that_are_closed_now_are_counted_and_not_named(
    database: Database, metrics: CollectorRegistry
) -> None:
    reason = Reason("low_conversion", "1 of 20 codes came back")
    with database.transaction() as session:
        for kind, subject in (
            (BlockKind.PREFIX, PREFIX),
            (BlockKind.PREFIX, "+3725551"),
            (BlockKind.NUMBER, "+37255500001"),
        ):
            blocks.block(session, kind, subject, timedelta(hours=1), reason, actor=ENGINE)
        blocks.lift(session, BlockKind.PREFIX, "+3725551", "it was our form", actor=ENGINE)

    assert shown(metrics) == (0, 0, 1)
    assert "372" not in generate_latest(metrics).decode()
