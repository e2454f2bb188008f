"""What the pictures show: a company with people, acts that wait, orders, and what is stuck."""

from dataclasses import dataclass

from dev.demo.accountant_chapter import ACCOUNTANT, ASSISTANT
from dev.demo.client import Body, Scene, until
from dev.demo.people import Seat, acting_alone, customer, living, phone_of, seat_two
from dev.demo.subscription import Subscription
from dev.stack.days import today

_NUMBERS = ("+37255512301", "+37255512302", "+37255512303")
_NEW_NUMBER, _SIM = "+37255512310", "8937201234567890204"


@dataclass(frozen=True)
class Story:
    """Ids that the pages are about."""

    board: Seat
    """Acts alone for the account's company."""
    second: Seat
    """Confirms what the other member of a board has proposed."""
    account: str
    accountant: str
    """Id of a person with access to it."""
    approval: str
    service: str
    contract: str
    invoice: str
    stuck: str


def told(scene: Scene) -> Story:
    """Let it all happen, over HTTP."""
    ours, theirs, other = acting_alone(living(scene))[:3]
    board = Seat(ours["code"], ours["holders"][0]["code"])
    account = customer(scene, ours, "Põhjala Ehitus OÜ")
    scene.refresh(scene.login(board.code))
    services = [phone_of(scene, account, number) for number in _NUMBERS]
    scene.billing("PUT", "/_control/ledgers", _ledger(account, services))
    accountant = _offered(scene, account, board.code, ACCOUNTANT)
    scene.post(f"{accountant}/accept", scene.login(ACCOUNTANT), {"version": 1}).raise_for_status()
    _offered(scene, account, board.code, ASSISTANT)
    first, second = seat_two(scene, theirs, other, together=True)
    return Story(
        board=board,
        second=second,
        account=account,
        accountant=_person(scene, ACCOUNTANT),
        approval=_proposed(scene, customer(scene, theirs, "Kaks Partnerit OÜ"), first, second),
        service=services[0],
        contract=Subscription(scene, account, _NEW_NUMBER, _SIM).start(board.code)["id"],
        invoice=_invoice(scene, account, board.code),
        stuck=_stuck(scene, services),
    )


def _ledger(account: str, services: list[str]) -> Body:
    """What billing has of the account: a year of invoices, the last one not paid."""
    numbers = [
        {"service": service, "number": number, "records": 400}
        for service, number in zip(services, _NUMBERS, strict=True)
    ]
    return {"account": account, "numbers": numbers, "unpaid": 1, "credit_limit": "500"}


def _invoice(scene: Scene, account: str, code: str) -> str:
    """Return the id of the invoice that is to be paid."""
    asked = f"/v1/accounts/{account}/invoices?state=open"
    found = scene.get(asked, scene.login(code)).raise_for_status().json()
    return str(found["items"][0]["id"])


def _person(scene: Scene, code: str) -> str:
    wanted = {"person": {"country": "EE", "code": code}}
    found = scene.post("/v1/ops/people/search", scene.staff("ops"), wanted).raise_for_status()
    return str(found.json()["items"][0]["id"])


def _offered(scene: Scene, account: str, giver: str, receiver: str) -> str:
    wanted = {
        "receiver": {"country": "EE", "code": receiver},
        "role": "accountant",
        "from_day": today(),
    }
    offered = scene.post(f"/v1/accounts/{account}/delegations", scene.login(giver), wanted)
    return str(offered.raise_for_status().headers["Location"])


def _proposed(scene: Scene, account: str, first: Seat, second: Seat) -> str:
    for seat in (first, second):
        scene.refresh(scene.login(seat.code))
    _offered(scene, account, first.code, ACCOUNTANT)
    waiting = scene.get("/v1/me/confirmations", scene.login(second.code)).json()
    return str(waiting["items"][0]["id"])


def _stuck(scene: Scene, services: list[str]) -> str:
    """Let the network refuse some services; return the id of what is stuck with the first."""
    ops = scene.staff("ops")
    for service in services:
        scene.network("PUT", "/_control/services", {"id": service, "known": False})
        scene.post(f"/v1/services/{service}/resend", ops, {"reason": "new SIM profile"})

    def listed() -> list[Body]:
        found: list[Body] = scene.get("/v1/ops/stuck", ops).json()["items"]
        return found

    return str(until(listed, lambda found: len(found) == len(services))[0]["id"])
