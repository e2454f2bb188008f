"""Places an order as the portal does: ``python -m simulators.portal PERSON SERVICE PRODUCT``."""

import argparse
import json
import sys
from typing import Any

import httpx

from simulators.identity.client import client_token, person_token
from simulators.portal.portal import ACTIONS, Order, Portal, item


def main() -> int:
    """Place, confirm and follow an order; exit code 0 if it was completed."""
    try:
        order = _ordered(_arguments())
    except httpx.HTTPStatusError as error:
        sys.stderr.write(f"{error.request.method} {error.request.url}: {error.response.text}\n")
        return 1
    except httpx.HTTPError as error:
        sys.stderr.write(f"{error}: does make run run?\n")
        return 1
    sys.stdout.write(json.dumps(order, indent=2, ensure_ascii=False) + "\n")
    return 0 if order["state"] == "completed" else 1


def _ordered(given: argparse.Namespace) -> Order:
    with httpx.Client(timeout=30, trust_env=False) as http:
        portal = Portal(http, given.api, lambda: client_token(given.identity, "portal"))
        person = _id_of(http, given)
        values = dict(map(_value, given.values))
        wanted = item(1, given.service, given.product, values, action=given.action)
        order = portal.order(wanted, person=person)
        order = portal.reached(order["id"], person, "pending")
        if order["state"] == "pending":
            portal.confirm(order["id"], person_token(given.identity, given.person))
            order = portal.reached(order["id"], person)
    return order


def _id_of(http: httpx.Client, given: argparse.Namespace) -> str:
    bearer = {"Authorization": f"Bearer {client_token(given.identity, 'portal')}"}
    asked = {"country": "EE", "code": given.person}
    answer = http.post(f"{given.api}/v1/people/lookup", json=asked, headers=bearer)
    return str(answer.raise_for_status().json()["id"])


def _value(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators.portal", description=__doc__)
    parser.add_argument("person", help="personal code of the person who orders")
    parser.add_argument("service", help="id of the service")
    parser.add_argument("product", help="id of the product, as in catalogue/")
    parser.add_argument("values", nargs="*", help="NAME=VALUE, the value as JSON or text")
    parser.add_argument("--action", choices=ACTIONS, default="modify")
    parser.add_argument("--api", default="http://127.0.0.1:8000", help="default: %(default)s")
    parser.add_argument("--identity", default="http://127.0.0.1:8472", help="default: %(default)s")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
