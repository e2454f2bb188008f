"""Delegations in any order of what may happen, against a small model that knows no product."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from storage.database import Database
from tests.builders.delegation_machine import Delegations


def test_deleg_13_no_access_without_a_living_chain(database: Database, long_run: bool) -> None:
    class OnThisDatabase(Delegations):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=300 if long_run else 5,
            stateful_step_count=50 if long_run else 25,
            deadline=None,
            phases=[Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
