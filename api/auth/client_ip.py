"""The IP address that rate limits count by."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from fastapi import Request

from api.auth.authorization import Authorized
from api.auth.principals import ClientCaller

HEADER = "Person-Address"
PERSON_ADDRESS: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "IP address of the person's device, sent by a portal that acts for a person.",
    "schema": {"type": "string", "maxLength": 45},
}


def address_of(request: Request, admitted: Authorized) -> str | None:
    """Return the address that limits count by; None: unknown.

    For a portal, the address it sends: its own says nothing about the person. For IPv6, the /64
    network: a household has 2^64 addresses.
    """
    if isinstance(admitted.caller, ClientCaller):
        sent = request.headers.get(HEADER, "")
    else:
        sent = request.client.host if request.client else ""
    try:
        address = ip_address(sent)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
    return str(address)
