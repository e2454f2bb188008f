"""Resending a service's settings: requested while Temporal is away, once per operation."""

from uuid import uuid4

import pytest

from domain.audit import Actor, ActorKind
from runtime.temporal_client import connect
from services.engine import Engine
from services.errors import NotFound, Refused
from services.provisioning.resend_settings import resend_settings
from storage.database import Database
from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, put, put_service, rows, service
from tests.clients.api_client import NOBODY_LISTENS
from tests.fixtures import payload_keys

ANN = Actor(ActorKind.OPS, "ann")
OFFICE = account(KUUSK)
WHY = "settings were lost"


@pytest.fixture
async def engine(database: Database) -> Engine:
    """A database, and a Temporal that does not answer."""
    nobody = await connect(
        NOBODY_LISTENS, namespace="default", cipher=payload_keys.cipher(), lazy=True
    )
    return Engine(database, nobody, "unused")


async def test_a_resend_is_accepted_without_temporal_and_repeating_it_changes_nothing(
    engine: Engine,
) -> None:
    put(engine.database, OFFICE)
    line, operation_id = service(1, OFFICE), uuid4()
    put_service(engine.database, line)

    first = await resend_settings(engine, operation_id, line.id, actor=ANN, reason=WHY)
    again = await resend_settings(engine, operation_id, line.id, actor=ANN, reason=WHY)

    assert again == first
    assert (first.id, first.kind, first.state) == (operation_id, "resend", "pending")
    steps = rows(engine.database, "SELECT action FROM step ORDER BY place")
    assert [step.action for step in steps] == ["read", "configure", "activate"]
    (event,) = rows(engine.database, f"{NOTED} WHERE kind = 'service:resend_requested'")
    assert event.note == WHY


async def test_a_service_that_is_unknown_or_has_ended_is_refused(engine: Engine) -> None:
    put(engine.database, OFFICE)
    ended = service(1, OFFICE, status="ended")
    put_service(engine.database, ended)

    with pytest.raises(NotFound):
        await resend_settings(engine, uuid4(), uuid4(), actor=ANN, reason=WHY)
    with pytest.raises(Refused, match="service_ended"):
        await resend_settings(engine, uuid4(), ended.id, actor=ANN, reason=WHY)

    assert rows(engine.database, "SELECT FROM operation") == []
