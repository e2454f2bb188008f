"""The preview of a bulk retry says of each item what the rule says."""

from itertools import product

import pytest
from sqlalchemy import text

from domain.ops.bulk_retries import would_become
from domain.ops.resolutions import StuckState
from domain.ops.stuck_reasons import StuckKind
from domain.provisioning.steps import Decision
from storage.database import Database
from storage.ops.bulk_retry_queries import WOULD_BECOME

_CONDITION = text(f"""
SELECT {WOULD_BECOME} FROM (
    SELECT CAST(:kind AS text), CAST(:state AS text), CAST(:allowed AS text[])
) AS stuck(kind, state, allowed_decisions)
""")
_OPEN = [state for state in StuckState if state is not StuckState.CLOSED]


@pytest.mark.parametrize("kind", StuckKind)
def test_the_condition_is_the_rule(database: Database, kind: StuckKind) -> None:
    allowed: list[list[Decision]] = [[], [Decision.ABORT], [Decision.RETRY, Decision.ABORT]]
    with database.reading() as connection:
        for state, decisions in product(_OPEN, allowed):
            asked = {"kind": kind, "state": state, "allowed": [str(each) for each in decisions]}
            condition = connection.execute(_CONDITION, asked).scalar_one()
            assert condition == would_become(kind, state, decisions), (state, decisions)
