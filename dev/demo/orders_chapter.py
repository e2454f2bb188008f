"""The demo's chapter of orders: a limit and a SIM, an item refused, an order cancelled half way."""

from contextlib import closing

import httpx

from dev.demo.client import Body, Scene, until
from dev.demo.people import Seat, account_of, person_id, phone_of
from dev.demo.report import Teller
from simulators.portal.portal import Order, Portal, item, states

_SIM, _LATER_SIM = "8937201234567890123", "8937201234567890131"
_LIMIT, _LATER_LIMIT, _LAST_LIMIT = 3_000, 5_000, 9_000
_NUMBERS = ("+37255512401", "+37255512402")


def portal_orders(scene: Scene, tell: Teller, member: Seat) -> None:
    """Order for a member of a board, who confirms by logging in anew."""
    with closing(httpx.Client(timeout=60, trust_env=False)) as http:
        portal = Portal(http, scene.stack.api_url, scene.portal)
        desk = _Desk(scene, tell, portal, member)
        desk.both_come_true()
        desk.one_is_refused()
        desk.cancelled_half_way()


def _until_nothing_is_stuck(scene: Scene) -> None:
    """Wait until billing answers again, and nothing is listed."""
    until(
        lambda: scene.get("/v1/ops/stuck", scene.staff("ops")).json(),
        lambda page: page.get("items") == [],
    )


class _Desk:
    """One account's orders."""

    def __init__(self, scene: Scene, tell: Teller, portal: Portal, member: Seat) -> None:
        self._scene, self._tell, self._portal, self._member = scene, tell, portal, member
        self._person = person_id(scene, member.code)
        self._account = account_of(member.company)
        self._phone, self._other = (phone_of(scene, self._account, each) for each in _NUMBERS)

    def both_come_true(self) -> None:
        """A spending limit and another SIM, in one order."""
        self._tell.chapter("The portal orders a spending limit and another SIM")
        order = self._ordered(_LIMIT, _SIM)
        self._tell.line(
            f"the order waits for the member's confirmation: {order['state']}",
            came_true=order["state"] == "pending",
            seen=order,
        )
        order = self._confirmed(order)
        has = self._at_network(self._phone) | self._at_network(self._other)
        self._tell.line(
            "confirmed by a fresh login, both items come true: the network has the limit and the"
            f" SIM, and the SIM is charged: {self._owed() / 100:.2f} EUR",
            came_true=order["state"] == "completed"
            and (has.get("spendingLimit"), has.get("iccid")) == (_LIMIT, _SIM)
            and self._owed() == 500,
            seen=(order, has),
        )

    def one_is_refused(self) -> None:
        """A SIM that is not there: the limit is set all the same."""
        self._tell.chapter("One item of an order is refused")
        self._scene.network("PUT", "/_control/cards", {"iccid": _LATER_SIM, "available": False})
        order = self._confirmed(self._ordered(_LATER_LIMIT, _LATER_SIM))
        has = self._at_network(self._phone) | self._at_network(self._other)
        self._tell.line(
            f"the network has no such SIM: the order is {order['state']}, items {states(order)};"
            " the SIM's charge is refunded",
            came_true=order["state"] == "partial"
            and states(order) == {"1": "completed", "2": "failed"}
            and (has.get("spendingLimit"), has.get("iccid")) == (_LATER_LIMIT, _SIM)
            and self._owed() == 500,
            seen=(order, has, self._owed()),
        )

    def cancelled_half_way(self) -> None:
        """Billing is down when the network has the new limit already."""
        self._tell.chapter("An order is cancelled half way")
        self._scene.billing("PUT", "/_control/faults", {"source": "booking", "kind": "http_503"})
        wanted = item(1, self._phone, "spending-limit", {"spendingLimit": _LAST_LIMIT})
        order = self._portal.order(wanted, person=self._person)
        self._portal.reached(order["id"], self._person, "pending")
        self._portal.confirm(order["id"], self._scene.login(self._member.code))
        has = until(
            lambda: self._at_network(self._phone),
            lambda values: values.get("spendingLimit") == _LAST_LIMIT,
        )
        task = self._portal.cancel(order["id"], self._person, "ordered by mistake")
        order = self._portal.reached(order["id"], self._person)
        self._scene.billing("DELETE", "/_control/faults")
        _until_nothing_is_stuck(self._scene)
        now, sent = self._at_network(self._phone), self._sent(order)
        self._tell.line(
            f"billing is down when the network has a limit of {_LAST_LIMIT / 100:.2f} EUR already;"
            f" cancelled, it has {_LATER_LIMIT / 100:.2f} EUR again: set once, undone once",
            came_true=order["state"] == "cancelled"
            and has.get("spendingLimit") == _LAST_LIMIT
            and now.get("spendingLimit") == _LATER_LIMIT
            and len(sent) == 2,
            seen=(task, order, now, sent),
        )

    def _ordered(self, cents: int, sim: str) -> Order:
        order = self._portal.order(
            item(1, self._phone, "spending-limit", {"spendingLimit": cents}),
            item(2, self._other, "sim-replacement", {"iccid": sim}),
            person=self._person,
        )
        return self._portal.reached(order["id"], self._person, "pending")

    def _confirmed(self, order: Order) -> Order:
        self._portal.confirm(order["id"], self._scene.login(self._member.code))
        return self._portal.reached(order["id"], self._person)

    def _at_network(self, service: str) -> Body:
        found: list[Body] = self._scene.network("GET", "/_control/services")
        return next((each["characteristics"] for each in found if each["id"] == service), {})

    def _sent(self, order: Order) -> list[Body]:
        """Changes that the order made at the network."""
        where = f"/_control/applied?service={self._phone}"
        found: list[Body] = self._scene.network("GET", where)
        return [each for each in found if order["id"] in each["key"]]

    def _owed(self) -> int:
        cents: int = self._scene.billing("GET", f"/_control/accounts/{self._account}/owed")
        return cents
