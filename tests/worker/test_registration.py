"""Activities are collected from their classes; a forgotten one stops the worker at its start."""

import re

import pytest

from domain.task_queues import ACTIVITY_QUEUES
from settings.processes import WorkerSettings
from storage.database import Database
from worker import registration
from worker.activities import activities
from worker.registration import ActivitiesMissing, collect, declared

_FEATURES = (
    "approvals|contracts|delegations|extracts|inventory|messages|numbers|ops|orders|payments"
    "|provisioning|registry"
)
_SCHEME = re.compile(rf"({_FEATURES})\.[a-z]+(_[a-z]+)*")


def test_every_activity_type_is_a_feature_and_a_verb() -> None:
    odd = {name for name in declared() if not _SCHEME.fullmatch(name)}

    assert odd == set()
    assert len(declared()) > 20


def test_the_worker_has_every_activity_each_on_one_queue(
    settings: WorkerSettings, database: Database
) -> None:
    with activities(settings, database) as registered:
        names = [registration._name(each) for todo in registered.values() for each in todo]

    assert set(names) == declared()
    assert len(names) == len(declared())
    assert set(registered) == {None, *ACTIVITY_QUEUES}


def test_a_forgotten_activity_is_named() -> None:
    with pytest.raises(ActivitiesMissing, match=r"no worker would run .*registry\.weigh"):
        collect([])
