"""Pays as a browser does: ``python -m simulators.bank.payer < payment.json``.

Reads the answer of ``POST /v1/invoices/{id}/payments``, brings its form to the simulated bank and
presses a button there. The payer closes the window then: the bank's server tells the result.
"""

import argparse
import json
import sys
from typing import Any
from urllib.parse import urlencode

import httpx


def main() -> int:
    """Press the button; exit code 0 if the bank took it."""
    parser = argparse.ArgumentParser(prog="python -m simulators.bank.payer")
    parser.add_argument("button", nargs="?", default="pay", choices=["pay", "cancel", "leave"])
    button = parser.parse_args().button
    payment = json.load(sys.stdin)
    if payment.get("action") is None:
        sys.stderr.write(f"Nothing is to be done at the bank: {json.dumps(payment)}\n")
        return 1
    try:
        at_bank = _pressed(payment["action"], button)
    except httpx.HTTPError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"payment {payment['id']}: {at_bank['state']} at the bank\n")
    return 0


def _pressed(action: dict[str, Any], button: str) -> dict[str, Any]:
    """Bring the form to the bank, press a button of its page; return the payment there."""
    form = urlencode(action["fields"], encoding=action["charset"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=True) as http:
        page = http.post(action["url"], content=form, headers=headers).raise_for_status()
        at_bank = str(page.url).rpartition("/")[2]
        where = page.url.join(f"/_control/payments/{at_bank}/{button}")
        answer: dict[str, Any] = http.post(where).raise_for_status().json()
    return answer


if __name__ == "__main__":
    sys.exit(main())
