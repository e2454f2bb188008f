"""The demo's chapter of two who act only together: one proposes, the other confirms."""

from dev.demo.accountant_chapter import ACCOUNTANT
from dev.demo.client import Body, Scene, until
from dev.demo.people import Seat, account_of, why
from dev.demo.report import Teller
from dev.stack.days import today

_OLD_LOGIN = 600
"""Seconds: a login that is too old to confirm anything by."""


def two_let_an_accountant_in(scene: Scene, tell: Teller, board: tuple[Seat, Seat]) -> None:
    """One member proposes, the other confirms, an officer looks once, and the accountant is in."""
    tell.chapter("Two board members who act only together")
    account = account_of(board[0].company)
    first, second = (scene.login(seat.code) for seat in board)
    for token in (first, second):
        scene.refresh(token)
    _proposed(scene, tell, first, account)
    waiting = _read_by_the_other(scene, tell, board[1], second)
    where = f"/v1/approvals/{waiting.get('id')}"
    _confirmed(scene, tell, second, where, waiting)
    _looked_at(scene, tell, first, where, board[0].company)
    _accepted(scene, tell, account)


def _proposed(scene: Scene, tell: Teller, first: str, account: str) -> None:
    receiver = {"country": "EE", "code": ACCOUNTANT}
    wanted = {"receiver": receiver, "role": "accountant", "from_day": today()}
    proposed = scene.post(f"/v1/accounts/{account}/delegations", first, wanted).json()
    tell.line(
        "one proposes to let an accountant in, which is their own confirmation",
        came_true=proposed.get("state") == "awaiting_confirmations",
        seen=proposed,
    )
    inbox = scene.get("/v1/me/notices", scene.login(ACCOUNTANT)).json().get("items", [])
    told = [notice for notice in inbox if notice.get("account_id") == account]
    tell.line("the accountant learns nothing yet", came_true=told == [], seen=told)


def _read_by_the_other(scene: Scene, tell: Teller, other: Seat, token: str) -> Body:
    shown = [
        scene.get("/v1/me/confirmations", token, language).json().get("items", [{}])
        for language in ("et", "en")
    ]
    (waiting, *_), (in_english, *_) = shown
    tell.line(
        f"the other reads, in Estonian: “{_text(waiting)}”",
        came_true=bool(_text(waiting)) and _text(waiting) != _text(in_english),
        seen=shown,
    )
    old = scene.login(other.code, _OLD_LOGIN)
    refused = scene.post(f"/v1/approvals/{waiting.get('id')}/confirm", old, _seen(waiting))
    tell.line(
        "may not confirm by a login of ten minutes ago: the portal is told to ask for a new one",
        came_true=refused.json().get("code") == "step_up_needed"
        and "max_age" in refused.headers.get("WWW-Authenticate", ""),
        seen=(refused.headers, refused.text),
    )
    return Body(waiting)


def _confirmed(scene: Scene, tell: Teller, token: str, where: str, waiting: Body) -> None:
    scene.post(f"{where}/confirm", token, _seen(waiting))
    approval = until(
        lambda: scene.get(where, token).json(),
        lambda found: found.get("state") != "checking_register",
    )
    tell.line(
        "confirms by a fresh login; the register is asked once more, and a mandate officer is to"
        " look at the group before its first act counts",
        came_true=approval.get("state") == "awaiting_officer",
        seen=approval,
    )


def _looked_at(scene: Scene, tell: Teller, token: str, where: str, company: str) -> None:
    officer = scene.staff("mandate_officer")
    waiting = scene.get("/v1/ops/signing-rules?waits_for=look&limit=500", officer).json()
    rule = next(
        (each for each in waiting.get("items", []) if each["registry_code"] == company), Body()
    )
    path = f"/v1/ops/signing-rules/{rule.get('company_id')}"
    shown = scene.get(path, officer).json()
    word = {
        "digest": shown.get("digest"),
        "result": "confirmed",
        "reason": "the same two as on the card",
    }
    looked = scene.post(f"{path}/look", officer, word)
    approval = until(
        lambda: scene.get(where, token).json(),
        lambda found: found.get("ended_at") is not None,
    )
    tell.line(
        "the officer finds the group read rightly, and the delegation is offered",
        came_true=looked.is_success and approval.get("state") == "carried_out",
        seen=(looked.text, approval),
    )


def _accepted(scene: Scene, tell: Teller, account: str) -> None:
    accountant = scene.login(ACCOUNTANT)
    offers = scene.get("/v1/me/delegations?side=offered", accountant).json().get("items", [])
    offer = next((each for each in offers if each["account_id"] == account), Body())
    scene.post(f"/v1/delegations/{offer.get('id')}/accept", accountant, {"version": 1})
    checked = scene.check(accountant, account)
    tell.line(
        f"the accountant accepts, and may pay invoices: “{why(checked)}”",
        came_true=checked.get("allowed") is True,
        seen=(offer, checked),
    )


def _seen(approval: Body) -> Body:
    shown = approval.get("shown", {})
    about = {name: shown.get(name) for name in ("template_version", "language")}
    return {"digest": approval.get("digest"), **about}


def _text(approval: Body) -> str | None:
    text: str | None = approval.get("shown", {}).get("text")
    return text
