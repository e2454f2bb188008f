"""The demo's chapters of a contract: signed on a phone, set up, used and ended."""

import hashlib

from dev.demo.client import Body, Scene, until
from dev.demo.numbers_chapter import EMPLOYEE
from dev.demo.people import Seat, account_of, person_id, why
from dev.demo.report import Teller
from dev.demo.subscription import SEAL, Phones, Subscription
from dev.stack.days import today

_NUMBER, _SIM = "+37255512501", "8937201234567890204"
_PHONE = "+37255500001"
_SET_UP = ["check_credit", "subscribe"]
_ENDED = [*_SET_UP, "end_subscription", "final_invoice"]


def signed_and_ended(scene: Scene, tell: Teller, member: Seat) -> None:
    """Sign for a company alone, on a phone; use the service; end it as its preview says."""
    life = _Life(scene, tell, member)
    life.offered()
    life.refused_on_the_phone()
    life.signed()
    life.works()
    life.end_previewed()
    life.access_ends_first()
    life.set_down()


class _Life:
    """The life of one contract of a member who acts alone."""

    def __init__(self, scene: Scene, tell: Teller, member: Seat) -> None:
        self._scene, self._tell, self._code = scene, tell, member.code
        self._account = account_of(member.company)
        self._contract = Subscription(scene, self._account, _NUMBER, _SIM)
        self._phones = Phones(scene)
        self._pdf = b""
        self._preview = Body()

    def offered(self) -> None:
        """Read what is to be signed."""
        self._tell.chapter("A contract that is signed on a phone")
        offered = self._contract.start(self._code)
        shown = self._contract.document(self._code, "contract")
        self._pdf = shown.content
        sha256 = hashlib.sha256(self._pdf).hexdigest()
        self._tell.line(
            f"a mobile subscription is offered; its contract is a PDF of {len(self._pdf)} bytes,"
            f" and the API names its SHA-256: {sha256[:16]}…",
            came_true=offered["state"] == "offered"
            and self._pdf.startswith(b"%PDF-")
            and shown.headers["ETag"] == f'"{sha256}"',
            seen=(offered, shown.headers),
        )

    def refused_on_the_phone(self) -> None:
        """Cancel on the phone: the contract goes on waiting."""
        self._phones.by_hand()
        begun = self._contract.sign(self._code, _PHONE)
        asking = self._contract.asking(self._code, begun)
        asked = self._phones.asked()
        self._tell.line(
            "the member signs by Mobile-ID: portal and phone show the same code,"
            f" {asking['verification_code']}",
            came_true=bool(asked) and asking["verification_code"] == asked["code"],
            seen=(asking, asked),
        )
        self._phones.answer(confirmed=False)
        ended = self._contract.signed(self._code, begun)
        waits = self._contract.read(self._code)
        self._tell.line(
            "the member cancels on the phone, which the portal is told: the contract waits on",
            came_true=(ended["error"] or {}).get("code") == "signing_refused_by_user"
            and waits["state"] == "offered",
            seen=(ended, waits),
        )

    def signed(self) -> None:
        """Sign: the container holds what was read."""
        begun = self._contract.sign(self._code, _PHONE)
        self._contract.asking(self._code, begun)
        self._phones.answer(confirmed=True)
        ended = self._contract.signed(self._code, begun)
        self._phones.by_themselves()
        container = self._contract.container(self._code)
        self._tell.line(
            "the member confirms: a container holds the PDF that was read, the operator's seal and"
            " the member's signature, each with its SHA-256",
            came_true=ended["state"] == "succeeded"
            and len(container.signatures) == 1 + SEAL
            and container.signs(self._pdf),
            seen=(ended, list(container.files)),
        )

    def works(self) -> None:
        """The service is set up, and somebody uses it."""
        active = self._contract.reached(self._code, "active")
        has, booked = self._contract.at_network(), self._contract.booked()
        self._tell.line(
            f"its service works: the network has {_NUMBER} with its SIM, billing the subscription",
            came_true=active["state"] == "active"
            and has.get("state") == "active"
            and has["characteristics"].get("msisdn") == _NUMBER
            and booked == _SET_UP,
            seen=(active, has, booked),
        )
        checked = self._employee_let_in()
        self._tell.line(
            f"an employee is given that number and sees its usage: “{why(checked)}”",
            came_true=checked.get("allowed") is True,
            seen=checked,
        )

    def end_previewed(self) -> None:
        """Preview the end, and name the preview."""
        self._tell.chapter("The contract ends")
        preview = self._preview = self._contract.preview(self._code)
        employee = person_id(self._scene, EMPLOYEE)
        self._tell.line(
            f"its preview: on {preview.get('earliest')} at the earliest, by"
            f" {_laws(preview)}, {_cost(preview):.2f} EUR; the employee loses access",
            came_true=preview["ends"]["services"] == [self._contract.service]
            and preview["ends"]["delegations_in_all"] == 1
            and preview["ends"]["people"] == [employee],
            seen=preview,
        )
        other = self._contract.end(self._code, preview | {"digest": "0" * 64})
        ending = self._contract.end(self._code, preview)
        self._tell.line(
            "an end by another preview is refused with the new one; by this one, it is set",
            came_true=other.get("code") == "preview_changed"
            and other["preview"]["digest"] == preview["digest"]
            and ending.get("state") == "ending"
            and ending["end"]["at"] == preview["at"],
            seen=(other, ending),
        )

    def access_ends_first(self) -> None:
        """Its moment comes while the network is down."""
        before = self._sees_usage()
        self._scene.network("PUT", "/_control/faults", {"source": "activation", "kind": "http_503"})
        self._scene.let_end_come(self._contract.path.rpartition("/")[2])
        after = self._sees_usage()
        ended = self._contract.reached(self._code, "ended")
        has, booked = self._contract.at_network(), self._contract.booked()
        self._tell.line(
            "its moment comes while the network is down: access is gone at once, and the service"
            f" is to follow: “{why(after)}”",
            came_true=before.get("allowed") is True
            and after.get("allowed") is False
            and ended["state"] == "ended"
            and has.get("state") == "active"
            and booked == _SET_UP,
            seen=(before, after, ended, has, booked),
        )

    def set_down(self) -> None:
        """The network is back: the rest follows in order."""
        self._scene.network("DELETE", "/_control/faults")
        closed = until(
            lambda: self._contract.read(self._code), lambda found: bool(found["closed_at"])
        )
        has, booked = self._contract.at_network(), self._contract.booked()
        confirmation = self._contract.document(self._code, "termination")
        self._tell.line(
            "the network is back: the service is switched off there, and billing ends it with one"
            " last invoice; the end is confirmed as a PDF, and"
            f" {_NUMBER} rests until {str(closed['number_kept_until'])[:10]}",
            came_true=confirmation.content.startswith(b"%PDF-")
            and has.get("state") == "terminated"
            and booked == _ENDED
            and bool(closed["number_kept_until"]),
            seen=(closed, has, booked, confirmation.status_code),
        )

    def _employee_let_in(self) -> Body:
        wanted = {
            "receiver": {"country": "EE", "code": EMPLOYEE},
            "role": "user",
            "service_ids": [self._contract.service],
            "from_day": today(),
        }
        where = f"/v1/accounts/{self._account}/delegations"
        offered = self._scene.post(where, self._scene.login(self._code), wanted)
        accept = f"{offered.raise_for_status().headers['Location']}/accept"
        self._scene.post(accept, self._scene.login(EMPLOYEE), {"version": 1}).raise_for_status()
        return self._sees_usage()

    def _sees_usage(self) -> Body:
        employee = self._scene.login(EMPLOYEE)
        return self._scene.check(employee, self._account, "usage:view", self._contract.service)


def _laws(preview: Body) -> str:
    return ", ".join(each["law"] for each in preview["rules"])


def _cost(preview: Body) -> float:
    cents: int = sum(each["cents"] for each in preview["cost"])
    return cents / 100
