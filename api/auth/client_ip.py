"""Where a person calls from, as far as limits go."""

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
    "description": "IP address of the person's device, told by a portal that acts for a person.",
    "schema": {"type": "string", "maxLength": 45},
}


def address_of(request: Request, admitted: Authorized) -> str | None:
    """The address whose limits count; None: nobody knows.

    A portal's own address says nothing about the person, so it tells the person's. Of IPv6 the
    network counts: a household has 2^64 addresses.
    """
    if isinstance(admitted.caller, ClientCaller):
        told = request.headers.get(HEADER, "")
    else:
        told = request.client.host if request.client else ""
    try:
        address = ip_address(told)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
    return str(address)
