"""The condition in SQL for a due probe says what the rule says."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text

from domain.provisioning.target_pauses import is_probe_due
from domain.provisioning.targets import TargetState
from storage.database import Database
from storage.provisioning.targets import PROBE_DUE

_CONDITION = text(f"""
SELECT COALESCE({PROBE_DUE}, FALSE) FROM (
    SELECT CAST(:state AS text), clock_timestamp() + CAST(:probe_in AS interval)
) AS t(state, probe_at)
""")


@pytest.mark.parametrize(
    ("state", "probe_in"),
    list(product(TargetState, [None, *(timedelta(seconds=n) for n in (-60, 0, 60))])),
)
def test_the_sql_condition_agrees_with_the_rule(
    database: Database, state: TargetState, probe_in: timedelta | None
) -> None:
    asked = {"state": state, "probe_in": probe_in}
    with database.reading() as connection:
        condition = connection.execute(_CONDITION, asked).scalar_one()
    assert condition is is_probe_due(state, probe_in)
