"""The demo's chapter of phone numbers: an employee verifies one and gets access to it."""

import re

import httpx

from dev.demo.client import Scene, until
from dev.demo.people import Seat, account_of, phone_of, why
from dev.demo.report import Teller

NUMBER = "+37255512345"
EMPLOYEE = "50001029996"  # SK's test person, who is in no register


def employee_proves_a_number(scene: Scene, tell: Teller, member: Seat) -> None:
    """Verify a number: an employee without rights gets access to that phone only."""
    tell.chapter("An employee with the company's phone")
    account = account_of(member.company)
    service = phone_of(scene, account, NUMBER)
    token = scene.login(EMPLOYEE)
    asked = scene.post("/v1/me/numbers", token, {"number": NUMBER})
    where = asked.headers.get("Location", "")
    typed = f"{where}/code"
    code = _code_in(scene.texts_to(NUMBER))
    tell.line(
        f"requests a code for {NUMBER}; an SMS brings it",
        came_true=asked.status_code == httpx.codes.ACCEPTED and bool(code),
        seen=asked.text,
    )
    other = f"{(int(code or 0) + 1) % 10**6:06}"
    wrong = scene.post(typed, token, {"code": other})
    left = (wrong.json().get("verification") or {}).get("attempts_left")
    tell.line(
        f"a wrong code is refused, and {left} attempts are left",
        came_true=wrong.json().get("code") == "code_wrong" and left == 4,
        seen=wrong.text,
    )
    right = scene.post(typed, token, {"code": code})
    shown = until(lambda: scene.get(where, token).json(), lambda seen: seen.get("state") != "sent")
    usage = scene.check(token, account, "usage:view", service)
    tell.line(
        f"the right code gives access to that number's usage: “{why(usage)}”",
        came_true=shown.get("state") == "verified" and usage.get("allowed") is True,
        seen=(right.text, shown, usage),
    )
    invoices = scene.check(token, account)
    tell.line(
        f"may not pay the company's invoices: “{why(invoices)}”",
        came_true=invoices.get("allowed") is False,
        seen=invoices,
    )


def _code_in(texts: list[str]) -> str:
    """Return the code in the newest of these SMS; empty if there is none."""
    found = re.search(r"\b\d{6}\b", texts[-1]) if texts else None
    return found[0] if found else ""
