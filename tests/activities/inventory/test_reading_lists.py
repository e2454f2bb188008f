"""order.11: a network's list is read page by page, whatever the network and the worker do."""

from typing import Any

import pytest
from sqlmodel import Session
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.adapters.networks import Networks
from activities.adapters.tmf640.network import NoNetwork
from activities.inventory import drift_check
from activities.inventory.drift_check import (
    DriftCheckActivities,
    GivenUp,
    NetworkList,
    ReadListActivities,
)
from domain.inventory.drift import RepairLimits
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.network_services import ServicePage
from domain.provisioning.steps import Trouble
from storage.database import Database
from storage.inventory import drift_comparison, drift_staging
from tests.builders.drift import compared, listed, opened, phones, shown
from tests.builders.interleavings import meet
from tests.builders.rows import rows


class Listing(NoNetwork):
    """A network that shows a number of services, page by page, and may fail at a place."""

    def __init__(self, services: int | None, fails_at: int | None = None) -> None:
        """``services`` None: its list has no end."""
        super().__init__()
        self._services = services
        self.fails_at = fails_at
        self.asked = list[int]()

    def services(self, offset: int, limit: int) -> ServicePage:
        self.asked.append(offset)
        if offset == self.fails_at:
            raise Trouble(StuckReason.TARGET_ERROR, "http_503")
        end = offset + limit
        if self._services is not None:
            end = min(end, self._services)
        page = [shown(f"NET-{n}") for n in range(offset, end)]
        return ServicePage(page, 0, end if page else None, None)


class Reading:
    """A check that reads the list of one network."""

    def __init__(self, database: Database) -> None:
        self.database = database
        (self.phone,) = phones(database, 1, package="M")
        self.check_id = opened(database)
        self.of = NetworkList(check_id=self.check_id, network="")

    def read(self, network: Listing, environment: ActivityEnvironment | None = None) -> Any:
        reading = ReadListActivities(self.database, Networks(network), page=2)
        return (environment or ActivityEnvironment()).run(reading.read_list, self.of)

    def staged(self) -> list[str]:
        sql = "SELECT network_id FROM drift_staged ORDER BY place"
        return [row.network_id for row in rows(self.database, sql)]


@pytest.fixture
def reading(database: Database) -> Reading:
    return Reading(database)


SEVEN = [f"NET-{n}" for n in range(7)]


def test_order_11_reading_goes_on_at_the_page_that_failed(reading: Reading) -> None:
    network = Listing(7, fails_at=4)
    with pytest.raises(ApplicationError, match="target_error"):
        reading.read(network)
    network.fails_at = None

    assert reading.read(network) is False

    assert network.asked == [0, 2, 4, 4, 6, 7]
    assert reading.staged() == SEVEN


@pytest.mark.parametrize("is_committed", [False, True])
def test_order_11_a_worker_that_dies_with_a_page_in_its_hands_loses_none(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, *, is_committed: bool
) -> None:
    """Before the page is committed it is read again, afterwards the next one is."""
    stage, pages = drift_staging.stage, list[int]()

    def dying(session: Session, *of: Any, before: drift_staging.Place, **more: Any) -> None:
        pages.append(before.offset)
        stage(session, *of, before=before, **more)
        if len(pages) == 2:
            if is_committed:
                session.commit()
            raise SystemExit

    network = Listing(7)
    monkeypatch.setattr(drift_staging, "stage", dying)
    with pytest.raises(SystemExit):
        reading.read(network)
    reading.read(network)

    assert network.asked == [0, 2, *([] if is_committed else [2]), 4, 6, 7]
    assert reading.staged() == SEVEN


def test_order_11_a_worker_that_stops_leaves_the_rest_to_another(reading: Reading) -> None:
    environment = ActivityEnvironment()
    environment.worker_shutdown()
    network = Listing(7)

    assert reading.read(network, environment) is True

    assert network.asked == []
    assert reading.read(network) is False


def test_order_11_a_list_without_an_end_is_given_up_and_what_was_read_is_compared(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift_check, "_MOST", 5)
    network = Listing(None)
    with pytest.raises(ApplicationError) as failed:
        reading.read(network)
    assert (failed.value.non_retryable, failed.value.details[1]) == (True, "endless")

    DriftCheckActivities(reading.database, RepairLimits()).give_up_list(
        GivenUp(list=reading.of, code=StuckReason.TARGET_ERROR, detail="endless")
    )

    assert network.asked == [0, 2, 4]
    counts = compared(reading.database, reading.check_id)
    assert (counts["networks_given_up"], counts["unread"]) == (1, 1)
    assert reading.staged() == []


def test_order_11_two_comparisons_at_once_list_a_difference_once(reading: Reading) -> None:
    """A worker that was thought dead goes on beside the one that took its place."""
    with reading.database.transaction() as session:
        page = ServicePage([shown(reading.phone, package="L")], 0, None, None)
        at = reading.database.clock()
        first = drift_staging.Place(0, None)
        drift_staging.stage(session, reading.check_id, "", page, before=first, read_at=at)

    def compare(session: Session) -> None:
        drift_comparison.compare(session, reading.check_id, RepairLimits())

    meet(reading.database, compare, compare)

    assert listed(reading.database) == {(1, "package"): "proposed"}
    assert len(rows(reading.database, "SELECT FROM drift")) == 1
