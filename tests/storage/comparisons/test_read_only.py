"""api.7: a comparison cannot change anything: PostgreSQL refuses."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from domain.access.permissions import Permission
from domain.comparisons.old_access import OldAccess
from storage.comparisons import differences, old_access
from storage.database import Database
from tests.builders.delegations import set_up_customers
from tests.builders.people import MARI
from tests.builders.rows import rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET name = 'x'",
        "DELETE FROM access_grant",
        "INSERT INTO event (at, kind, actor) VALUES (now(), 'x', '{}')",
    ],
)
def test_api_7_what_compares_can_write_nothing(database: Database, statement: str) -> None:
    set_up_customers(database)

    with (
        pytest.raises(InternalError, match="read-only transaction"),
        old_access.staging(database) as session,
        old_access.at_one_moment(session),
    ):
        session.execute(text(statement))


def test_api_7_nothing_is_left_of_a_comparison(database: Database) -> None:
    set_up_customers(database)
    line = OldAccess(MARI, "K1", "composed", frozenset({Permission.INVOICE_PAY}))

    for _ in range(2):
        with old_access.staging(database) as session:
            old_access.add(session, {1: line})
            with old_access.at_one_moment(session):
                size = differences.compare(session, every_account=False)
        assert (size.accounts, size.people) == (1, 1)

    assert rows(database, "SELECT FROM pg_class WHERE relname = 'old_access'") == []
