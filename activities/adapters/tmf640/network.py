"""The port to a network, and its implementation over HTTP."""

from typing import Any, Protocol

from activities.adapters.json_requests import json_of
from activities.adapters.tmf640 import answers, monitors
from activities.adapters.tmf640.monitor_list import read_monitors
from activities.adapters.tmf640.requests import Requests, monitor_path, service_path
from activities.adapters.tmf640.service_list import read_page
from activities.adapters.tmf640.services import patch_of, service_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.attempts import Sent
from domain.provisioning.network_dialect import Characteristics, NetworkDialect
from domain.provisioning.network_services import (
    NetworkService,
    ServiceChange,
    ServicePage,
    shows,
)
from domain.provisioning.steps import Accepted, Answer, Done, InDoubt, Refused, Trouble


class Network(Protocol):
    """Port to a network. Calls block; they raise domain.provisioning.steps.NotDone."""

    def read(self, network_id: str) -> NetworkService:
        """Return the service as the network has it. Raises Refused or Trouble."""
        ...

    def services(self, offset: int, limit: int) -> ServicePage:
        """Return a page of the list of all services. Raises Refused or Trouble."""
        ...

    def change(self, change: ServiceChange, key: str) -> Answer:
        """Make this change under this idempotency key."""
        ...

    def ask(self, change: ServiceChange, key: str, sent: Sent) -> Answer | None:
        """Ask for the outcome of a change that was sent; None: it may be sent again.

        None says that the network never got it, or that sending it again harms nothing: a state
        that is set twice is set once. Raises Refused if that is how it ended; after Trouble and
        InDoubt its outcome is as unknown as before.
        """
        ...


class NoNetwork:
    """A network that no setting names: every call is trouble. ``why`` is its detail.

    Its list is refused: whoever reads lists has others to read, and does not wait for settings.
    """

    def __init__(self, why: str = "VOLITUS_NETWORK_URL is not set") -> None:
        self._why = why

    def read(self, network_id: str) -> NetworkService:  # noqa: ARG002 # there is none to read
        raise self._trouble()

    def services(self, offset: int, limit: int) -> ServicePage:  # noqa: ARG002
        raise Refused(StuckReason.UNREACHABLE, self._why)

    def change(self, change: ServiceChange, key: str) -> Answer:  # noqa: ARG002
        raise self._trouble()

    def ask(self, change: ServiceChange, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002
        raise self._trouble()

    def _trouble(self) -> Trouble:
        return Trouble(StuckReason.UNREACHABLE, self._why)


class Tmf640Network:
    """Network behind TMF640."""

    def __init__(self, requests: Requests, dialect: NetworkDialect) -> None:
        self._requests = requests
        self._dialect = dialect

    def read(self, network_id: str) -> NetworkService:
        """See Network."""
        service = service_of(self._body(network_id))
        if service is None:
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return service

    def services(self, offset: int, limit: int) -> ServicePage:
        """See Network."""
        return read_page(self._requests, offset, limit)

    def change(self, change: ServiceChange, key: str) -> Answer:
        """See Network."""
        is_whole = change.settings and self._dialect.characteristics is Characteristics.REPLACED
        present = self._body(change.network_id) if is_whole else None
        if is_whole and service_of(present) is None:
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        path = service_path(change.network_id)
        answer = self._requests.patch(path, patch_of(change, present), key)
        return answers.of_change(answer, change, key)

    def ask(self, change: ServiceChange, key: str, sent: Sent) -> Answer | None:
        """See Network. Asks by the monitor first, then by the key, and reads at last."""
        monitor = self._monitor(sent)
        if monitor is not None and monitors.names(monitor, change, key):
            return monitors.outcome(monitor)
        if not self._dialect.has_keys:
            return self._look(change, key, sent)
        found = self._found_by_key(key)
        ours = [each for each in found if monitors.has_key(each, key)]
        if ours:
            return monitors.outcome(ours[0])
        # A network that has keys finds nothing else by ours: this one may not have them.
        return self._look(change, key, sent) if found else None

    def _monitor(self, sent: Sent) -> Any:
        id_ = sent.receipt.get(monitors.MONITOR)
        if id_ is None:
            return None
        try:
            return json_of(self._requests.get(monitor_path(str(id_))))
        except Refused:  # the network has forgotten it, or shows no monitors
            return None

    def _found_by_key(self, key: str) -> list[Any]:
        try:
            answer = self._requests.get("/monitor", {"idempotencyKey": key})
        except Refused as error:  # the question is refused: the outcome stays unknown
            raise Trouble(StuckReason.TARGET_ERROR, error.detail) from None
        found = json_of(answer)
        if not isinstance(found, list):  # only an empty list says that there is none
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return found

    def _look(self, change: ServiceChange, key: str, sent: Sent) -> Answer | None:
        """Find out by reading what became of a change that cannot be asked about."""
        if not change.is_state:
            return self._listed(key)
        try:
            service = self.read(change.network_id)
        except Refused:  # a service that is gone does not show the change
            service = None
        if service is not None and shows(service, change):
            return Done()
        waiting = Accepted(dict(sent.receipt))
        if sent.ago < self._dialect.repeat_after or (service is not None and service.is_changing):
            return waiting
        listed = read_monitors(self._requests)
        is_busy = any(monitors.is_busy_with(each, change.network_id) for each in listed)
        return waiting if is_busy else None

    def _listed(self, key: str) -> Answer:
        """The outcome by a monitor with our key: a body like ours may be of an earlier request."""
        for each in read_monitors(self._requests):
            if monitors.has_key(each, key):
                return monitors.outcome(each)
        raise InDoubt(StuckReason.ANSWER_LOST)

    def _body(self, network_id: str) -> Any:
        return json_of(self._requests.get(service_path(network_id)))
