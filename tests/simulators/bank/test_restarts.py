"""bill.7: a bank that was stopped has forgotten what it had, and gives no number twice."""

from typing import Any

import pytest

from domain.payments.orders import Statement
from tests.builders.bank_worlds import banks_of
from tests.clients.bank_client import Client, running


def booked(client: Client, after: str | None) -> tuple[list[Statement], str]:
    """Let money come; return the statements after this one, and the number of the line."""
    made: dict[str, Any] = client.control("POST", "/transfers", {"amount": "5.00"})
    with banks_of(client.keys, client.url) as banks:
        return list(banks["kuusk"].statements(after)), made["number"]


@pytest.mark.usefixtures("http_servers")
def test_bill_7_what_is_booked_after_a_restart_is_new() -> None:
    with running() as first:
        (before,), number = booked(first, None)
    with running() as second:
        (after,), next_number = booked(second, before.id)

    assert before.id != after.id
    assert [each.bank_reference for each in (*before.entries, *after.entries)] == [
        number,
        next_number,
    ]
    assert number != next_number
