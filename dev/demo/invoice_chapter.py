"""The demo's chapter of an invoice: paid at the bank by an accountant, settled by the statement.

And of an extract of call details, in which the digits of others are hidden.
"""

import csv
import io
from datetime import date, timedelta

from dev.demo.client import Body, Scene, until
from dev.demo.people import Seat, account_of, phone_of
from dev.demo.report import Teller
from dev.stack.days import today

_BOOKKEEPER = "47101010033"  # SK's test person, who is in no register
_NUMBERS = ("+37255512701", "+37255512702")
_PERMISSIONS = ["balance:view", "call_details:request", "invoice:pay", "invoice:view"]
_HIDDEN = "••••"


def paid_at_the_bank(scene: Scene, tell: Teller, member: Seat) -> None:
    """An accountant pays an invoice at the bank and makes an extract."""
    tell.chapter("An accountant pays an invoice at the bank, and makes an extract")
    account = account_of(member.company)
    phones = [phone_of(scene, account, each) for each in _NUMBERS]
    scene.billing("PUT", "/_control/ledgers", _ledger(account, phones))
    accountant = _let_in(scene, account, scene.login(member.code))
    invoice = _invoice(scene, tell, accountant, account)
    payment = _paid(scene, tell, accountant, invoice)
    _settled(scene, tell, accountant, invoice, payment)
    _extract(scene, tell, accountant, account)


def _ledger(account: str, phones: list[str]) -> Body:
    numbers = [
        {"service": service, "number": number, "monthly_fee": "12.90", "records": 150}
        for service, number in zip(phones, _NUMBERS, strict=True)
    ]
    return {"account": account, "numbers": numbers, "months": 3, "unpaid": 1}


def _let_in(scene: Scene, account: str, board: str) -> str:
    """Give an accountant what bills need, and extracts; return their token."""
    accountant = scene.login(_BOOKKEEPER)
    wanted = {
        "receiver": {"country": "EE", "code": _BOOKKEEPER},
        "permissions": _PERMISSIONS,
        "from_day": today(),
    }
    given = scene.post(f"/v1/accounts/{account}/delegations", board, wanted).headers["Location"]
    scene.post(f"{given}/accept", accountant, {"version": 1}).raise_for_status()
    return accountant


def _invoice(scene: Scene, tell: Teller, accountant: str, account: str) -> Body:
    page = scene.get(f"/v1/accounts/{account}/invoices?state=open", accountant).json()
    head = next(iter(page.get("items", [])), Body())
    found: Body = scene.get(f"/v1/invoices/{head.get('id')}", accountant).json()
    left = found.get("left") or {}
    tell.line(
        f"sees the open invoice {found.get('number')}, due {found.get('due_on')}:"
        f" {left.get('amount')} {left.get('currency')}, reference number"
        f" {found.get('payment_reference')}",
        came_true=page.get("stale") is None and "invoice:pay" in found.get("may", []),
        seen=(page, found),
    )
    return found


def _paid(scene: Scene, tell: Teller, accountant: str, invoice: Body) -> Body:
    """Pay at the bank, whose window is closed before the way back."""
    where = f"/v1/invoices/{invoice.get('id')}/payments"
    first, again = (scene.post(where, accountant, {"bank": "kuusk"}) for _ in range(2))
    payment: Body = first.json()
    tell.line(
        "clicks twice on “pay”: there is one payment, and a signed form for the bank",
        came_true=(first.status_code, again.status_code) == (201, 200)
        and again.json().get("id") == payment.get("id")
        and again.json().get("action", {}).get("kind") == "form",
        seen=(first.text, again.text),
    )
    forged = scene.browser_brings(_forged(again.json().get("action") or {}))
    at_bank = scene.comes_to_bank(again.json()["action"])
    scene.bank("POST", f"/_control/payments/{at_bank}/pay")
    seen = until(lambda: _payment(scene, accountant, payment), _has_moved)
    tell.line(
        "pays there and closes the window; the bank's own notice says so: the payment is on its"
        f" way ({seen.get('state')}), the invoice is not paid yet. A forged answer said nothing",
        came_true=seen.get("state") == "accepted" and forged.status_code >= 400,
        seen=(seen, forged.text),
    )
    return payment


def _forged(action: Body) -> Body:
    """Return the form as if the bank had answered that it is paid."""
    fields = dict(action.get("fields", {}))
    return {"url": fields.get("VK_RETURN"), "fields": fields | {"VK_SERVICE": "1111"}}


def _settled(scene: Scene, tell: Teller, accountant: str, invoice: Body, payment: Body) -> None:
    scene.post("/v1/ops/bank-statements", scene.staff("ops")).raise_for_status()
    seen = until(
        lambda: _payment(scene, accountant, payment), lambda found: bool(found.get("booked_at"))
    )
    after = scene.get(f"/v1/invoices/{invoice.get('id')}", accountant).json()
    paid: list[Body] = scene.billing("GET", "/_control/paid")
    tell.line(
        "the bank's statement has the money: the payment is settled, billing has booked it once,"
        f" and the invoice is {after.get('state')}",
        came_true=seen.get("state") == "settled"
        and after.get("state") == "paid"
        and [each["total"] for each in paid] == [invoice["left"]["amount"]],
        seen=(seen, after, paid),
    )


def _extract(scene: Scene, tell: Teller, accountant: str, account: str) -> None:
    first, last = _last_month()
    asked = {"from_day": first, "through_day": last, "format": "csv"}
    where = f"/v1/accounts/{account}/extracts"
    answer = scene.post(where, accountant, asked)
    made = f"{where}/{answer.json().get('id')}"
    extract = until(lambda: scene.get(made, accountant).json(), _is_over)
    file = scene.get(f"{made}/file?format=csv", accountant)
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    others = {row["other_number"].lstrip("'") for row in rows}
    subscribers = {each for each in others if each.startswith("+") and len(each) > 8}
    tell.line(
        f"makes an extract of last month's call details: {extract.get('rows')} rows, calls that"
        f" went out only, with digits of the other number hidden: {min(subscribers, default='')}",
        came_true=extract.get("state") == "ready"
        and len(rows) == extract.get("rows")
        and {row["direction"] for row in rows} <= {"outgoing", "forwarded"}
        and bool(subscribers)
        and all(each.endswith(_HIDDEN) for each in subscribers),
        seen=(answer.text, extract, rows[:3]),
    )


def _payment(scene: Scene, accountant: str, payment: Body) -> Body:
    found: Body = scene.get(f"/v1/payments/{payment.get('id')}", accountant).json()
    return found


def _has_moved(payment: Body) -> bool:
    return payment.get("state") not in {"created", "sent", "authorising"}


def _is_over(extract: Body) -> bool:
    return bool(extract.get("state") != "making")


def _last_month() -> tuple[str, str]:
    last = date.fromisoformat(today()).replace(day=1) - timedelta(days=1)
    return last.replace(day=1).isoformat(), last.isoformat()
