"""The demo's chapter of two who sign a contract together."""

import httpx

from dev.demo.client import Scene
from dev.demo.people import Seat, account_of, person_id
from dev.demo.report import Teller
from dev.demo.subscription import SEAL, Subscription

_NUMBER, _SIM = "+37255512502", "8937201234567890212"
_PHONE, _OTHER_PHONE = "+37255500002", "+37255500003"


def two_sign(scene: Scene, tell: Teller, board: tuple[Seat, Seat]) -> None:
    """Two who act only together sign one contract, each on their own phone."""
    tell.chapter("Two sign a contract together")
    first, second = (seat.code for seat in board)
    contract = Subscription(scene, account_of(board[0].company), _NUMBER, _SIM)
    offered = contract.start(first)
    pdf = contract.document(second, "contract").content
    signing = contract.signed(first, contract.sign(first, _PHONE))
    waits = contract.read(second)
    tell.line(
        "one signs, which opens an approval of the group: the contract goes on waiting",
        came_true=(signing["state"], waits["state"]) == ("succeeded", "offered")
        and (waits["confirmation"] or {}).get("approval_id") is not None
        and [each["person_id"] for each in waits["agreed"]] == [person_id(scene, first)],
        seen=(offered, signing, waits),
    )
    click = _clicked(scene, contract, second)
    tell.line(
        "a click is no signature: the other may not confirm it so",
        came_true=click.json().get("code") == "signature_needed",
        seen=click.text,
    )
    signing = contract.signed(second, contract.sign(second, _OTHER_PHONE))
    active = contract.reached(second, "active", "declined", "lapsed", "cancelled")
    container = contract.container(second)
    tell.line(
        "the other signs: one container holds the contract, the operator's seal and both"
        " signatures, and it is active",
        came_true=(signing["state"], active["state"]) == ("succeeded", "active")
        and len(container.signatures) == 2 + SEAL
        and container.signs(pdf),
        seen=(signing, active, list(container.files)),
    )


def _clicked(scene: Scene, contract: Subscription, code: str) -> httpx.Response:
    seen = contract.read(code)["confirmation"]
    said = {"digest": seen["digest"]} | {
        name: seen["shown"][name] for name in ("template_version", "language")
    }
    return scene.post(f"{contract.path}/confirm", scene.login(code), said)
