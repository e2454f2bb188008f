"""Answers to a change: the service, a monitor, or no body at all."""

from http import HTTPStatus

import httpx

from activities.adapters.json_requests import is_id, json_of
from activities.adapters.tmf640.monitors import (
    MONITOR,
    is_monitor,
    last_id,
    names,
    outcome,
)
from activities.adapters.tmf640.services import is_of, service_of
from domain.provisioning.network_services import ServiceChange, shows_what_it_may
from domain.provisioning.steps import Accepted, Answer, Done


def of_change(answer: httpx.Response, change: ServiceChange, key: str) -> Answer:
    """Read a successful answer. Whatever does not prove that the change is made: Accepted.

    Raises Refused or InDoubt where the monitor of our request says so.
    """
    body = json_of(answer)
    if is_monitor(body):
        return outcome(body) if names(body, change, key) else Accepted()
    if answer.status_code == HTTPStatus.ACCEPTED:
        return Accepted(_located(answer))
    if not change.is_state:  # nothing would show it later
        return Done()
    service = service_of(body)
    if service is None or not is_of(body, change.network_id):
        return Accepted()
    return Done() if shows_what_it_may(service, change) else Accepted()


def _located(answer: httpx.Response) -> dict[str, str]:
    """The monitor that a 202 without a body names: it is still to say that it is of our request."""
    id_ = last_id(answer.headers.get("Location", ""), "monitor")
    return {MONITOR: id_} if id_ is not None and is_id(id_) else {}
