"""The program and the IP address by which limits count a request for an SMS."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Any

from fastapi import Request

from api.auth.authorization import Authorized
from api.auth.errors import PersonAddressInvalid
from api.auth.principals import ClientCaller
from domain.numbers.send_limits import SendOrigin

HEADER = "Person-Address"
PERSON_ADDRESS: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "IP address of the person's device. Required of a portal that acts for a"
    " person, ignored from others. A port is ignored.",
    "schema": {"type": "string", "maxLength": 60},
}
_UNKNOWN = "unknown"
"""Shared by all whose address cannot be told: no limit at all would be the wider mistake."""
_WITH_PORT = re.compile(r"\[(?P<v6>[^\[\]]+)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")
_NETWORK_BITS = 64


def origin_of(request: Request, admitted: Authorized) -> SendOrigin:
    """Return where this request comes from. Raises PersonAddressInvalid.

    For a portal, the address that it sends: its own says nothing about the person.
    """
    if isinstance(admitted.caller, ClientCaller):
        sent = ", ".join(request.headers.getlist(HEADER))
        address = _counted(sent)
        if address is None:
            raise PersonAddressInvalid
        return SendOrigin(admitted.client, address)
    peer = request.client.host if request.client else ""
    return SendOrigin(admitted.client, _counted(peer) or _UNKNOWN)


def _counted(text: str) -> str | None:
    """Return the address that stands for this one; None: it is none.

    For IPv6 the /64 network: a household has 2^64 addresses.
    """
    text = text.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found["v6"] or found["v4"]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    rest = 128 - _NETWORK_BITS
    return f"{IPv6Address(int(address) >> rest << rest)}/{_NETWORK_BITS}"
