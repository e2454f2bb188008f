"""order.11: all services are compared with what networks have; differences end or are shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.inventory.drift import DriftDecision
from services import sweeps
from services.inventory import drift, drift_checks
from services.sweeps import SweepRules
from storage.accounts.services import ServiceFacts
from storage.inventory import drift_check_queries, drift_queries
from storage.inventory.drift_queries import DriftFilter
from tests.builders.drift import listed, should
from tests.builders.rows import carry_out, put_service
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.resend_stack import OPS, Resends

SMALL_PAGES = pytest.mark.settings(VOLITUS_DRIFT_PAGE="2")


async def checked(stack: Resends) -> Mapping[str, int]:
    """Check, and return the counts that are not 0."""
    operation = await drift_checks.request(stack.engine, uuid4(), OPS)
    ended = await stack.ended(operation.id)
    assert ended.state == "succeeded"
    return {name: number for name, number in ended.result.items() if number}


def has(stack: Resends, service: ServiceFacts, **characteristics: Any) -> None:
    stack.network.tell_service(
        str(service.id), characteristics={"msisdn": service.number, **characteristics}
    )


def repairs_begin(stack: Resends) -> None:
    sweeps.run(stack.database, SweepRules(stack.settings.zone))


async def repaired(stack: Resends, service_id: UUID) -> None:
    """Wait until the resends of a service are over."""

    def over() -> bool:
        rows = stack.rows(
            "SELECT state FROM operation WHERE kind = 'resend' AND subject_id = :id", id=service_id
        )
        return bool(rows) and all(row.state == "succeeded" for row in rows)

    await until(over)


@SMALL_PAGES
async def test_order_11_drift_is_repaired_by_itself_or_by_a_persons_word(
    resending: Resends,
) -> None:
    made = resending.services(5)
    limited, numbered, good, *_ = made
    should(resending.database, [each.id for each in made], spendingLimit=5000)
    for each in made:
        has(resending, each, spendingLimit=5000)
    has(resending, limited, spendingLimit=0)
    has(resending, replace(numbered, number="+37255199999"), spendingLimit=5000)

    counts = await checked(resending)

    assert counts == {
        "services": 5, "compared": 5, "differing": 2, "new": 2, "to_repair": 1
    }  # fmt: skip
    repairs_begin(resending)
    await repaired(resending, limited.id)
    which = DriftFilter(characteristic="msisdn")
    drift.decide(resending.database, DriftDecision.REPAIR, which, actor=OPS, note="it is ours")
    repairs_begin(resending)
    await repaired(resending, numbered.id)

    assert await checked(resending) == {"services": 5, "compared": 5, "ended": 2}
    assert listed(resending.database) == {}
    assert resending.network.applied(service=str(good.id)) == []


async def test_order_11_a_network_that_cannot_be_read_does_not_stop_the_others(
    resending: Resends,
) -> None:
    here, there = resending.services(2)
    put_service(resending.database, replace(there, network="north"))
    has(resending, replace(here, number="+37255199999"))

    counts = await checked(resending)

    assert listed(resending.database) == {(1, "msisdn"): "proposed"}
    assert (counts["unread"], counts["networks_given_up"]) == (1, 1)
    with resending.database.reading() as connection:
        (check,) = drift_check_queries.checks(connection)
    assert [(each.network, each.outcome, each.code) for each in check.networks] == [
        ("", "complete", None),
        ("north", "given_up", "unreachable"),
    ]


async def test_order_11_a_list_goes_on_where_the_network_failed(resending: Resends) -> None:
    (phone,) = resending.services(1)
    has(resending, replace(phone, number="+37255199999"))
    resending.network.fault("http_503", source="service", times=1)

    assert (await checked(resending))["differing"] == 1


async def test_order_11_a_paused_network_is_not_asked(idle_resends: Resends) -> None:
    """The check waits like everything else that goes there."""
    (phone,) = idle_resends.services(1)
    has(idle_resends, phone)
    carry_out(
        idle_resends.database,
        "INSERT INTO target (name, kind, state) VALUES ('network', 'network', 'paused')",
    )

    async with working(idle_resends.settings, idle_resends.client):
        operation = await drift_checks.request(idle_resends.engine, uuid4(), OPS)
        await until(lambda: idle_resends.operation(operation.id).state == "running")
        assert idle_resends.network.requests() == {}
        carry_out(idle_resends.database, "UPDATE target SET state = 'available'")
        assert (await idle_resends.ended(operation.id)).state == "succeeded"


async def test_order_11_while_a_check_is_open_another_request_gets_it(
    idle_resends: Resends,
) -> None:
    first = await drift_checks.request(idle_resends.engine, uuid4(), OPS)

    assert await drift_checks.request(idle_resends.engine, uuid4(), OPS) == first
    assert await drift_checks.start(idle_resends.engine, "2026-11-29T01:30Z")

    (row,) = idle_resends.rows("SELECT id FROM operation WHERE kind = 'drift_check'")
    assert row.id == first.id
    with idle_resends.database.reading() as connection:
        assert drift_queries.groups(connection, DriftFilter()) == []
