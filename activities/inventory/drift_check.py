"""Activities of a check for drift: read networks' lists, then compare them with our services."""

import time
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.networks import Networks
from activities.heartbeat import heartbeating
from domain.inventory.drift import RepairLimits
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.network_services import ServicePage
from domain.provisioning.steps import Refused, Trouble
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.inventory import drift_checks, drift_comparison, drift_staging
from storage.inventory.drift_staging import Place

LIST_UNREAD = "ListUnread"
_SHIFT = timedelta(minutes=10)
"""How long one activity reads; then its slot is free, and the workflow starts the next."""

_MOST = 5_000_000
"""Services of one list. A network that gives more gives the same ones again and again."""


class DriftCheckStart(BaseModel, frozen=True):
    """Start of a check: all else is in the database."""

    check_id: UUID


class NetworkList(BaseModel, frozen=True):
    """A network's list that a check reads. ``network``: empty for the usual one."""

    check_id: UUID
    network: str


class GivenUp(BaseModel, frozen=True):
    """A network's list that is not read to its end, and why."""

    list: NetworkList
    code: StuckReason
    detail: str = ""


class ReadListActivities:
    """Activities that read networks."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.NETWORK

    def __init__(self, database: Database, networks: Networks, *, page: int) -> None:
        self._database = database
        self._networks = networks
        self._page = page

    @activity.defn(name="inventory.read_list")
    def read_list(self, of: NetworkList) -> bool:
        """Read and stage page after page; True: there is more, and the shift or the worker ends.

        Each page is committed with the place of the next, so a repetition goes on there.
        Heartbeats with the services so far. Fails with type ListUnread, code and detail.
        """
        end = time.monotonic() + _SHIFT.total_seconds()
        with heartbeating() as heartbeat:
            while (place := self._place(of)) is not None:
                if activity.is_worker_shutdown() or time.monotonic() > end:
                    return True
                heartbeat(place.offset)
                if place.is_paused:
                    raise _failure(StuckReason.TARGET_PAUSED, "", retry=True)
                if place.offset > _MOST:
                    raise _failure(StuckReason.TARGET_ERROR, "endless", retry=False)
                self._stage(of, place)
        return False

    def _place(self, of: NetworkList) -> Place | None:
        with self._database.reading() as connection:
            return drift_staging.place(connection, of.check_id, of.network)

    def _stage(self, of: NetworkList, place: Place) -> None:
        read_at = self._database.clock()
        page = self._read(of.network, place.offset)
        with self._database.transaction() as session:
            drift_staging.stage(
                session, of.check_id, of.network, page, before=place, read_at=read_at
            )

    def _read(self, name: str, offset: int) -> ServicePage:
        try:
            return self._networks.named(name or None).services(offset, self._page)
        except Refused as error:
            raise _failure(error.code, error.detail, retry=False) from None
        except Trouble as error:
            raise _failure(error.code, error.detail, retry=True) from None


class DriftCheckActivities:
    """Activities of a check in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, limits: RepairLimits) -> None:
        self._database = database
        self._limits = limits

    @activity.defn(name="inventory.open_check")
    def open_check(self, start: DriftCheckStart) -> list[str]:
        """Begin the check; returns the networks whose lists are to be read. Idempotent."""
        with self._database.transaction() as session:
            return drift_checks.open_check(session, start.check_id)

    @activity.defn(name="inventory.give_up_list")
    def give_up_list(self, given_up: GivenUp) -> None:
        """Record that the rest of a list is not read. Idempotent."""
        of = given_up.list
        with self._database.transaction() as session:
            drift_checks.give_up(session, of.check_id, of.network, given_up.code, given_up.detail)

    @activity.defn(name="inventory.compare")
    def compare(self, start: DriftCheckStart) -> None:
        """Compare what was read with our services, and end the check. Idempotent."""
        with heartbeating(), self._database.transaction() as session:
            drift_comparison.compare(session, start.check_id, self._limits)


def _failure(code: StuckReason, detail: str, *, retry: bool) -> ApplicationError:
    return ApplicationError(
        code,
        code,
        detail,
        type=LIST_UNREAD,
        non_retryable=not retry,
        category=ApplicationErrorCategory.BENIGN,  # expected now and then: no traceback each time
    )
