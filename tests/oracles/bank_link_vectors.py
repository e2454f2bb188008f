"""Published vectors of the Estonian bank link: keys of tests, fields, and VK_MAC.

``sha1``: renekorss/Banklink, tests/Protocol/IPizzaTest.php with tests/keys/IPizza; its names have
an Ä and Ü, so that lengths in bytes give another signature. ``sha256``: the same file,
testCanHandleSHA256AlgoResponse. ``sha512``: arbory/omnipay-swedbank-banklink,
tests/GatewayTest.php with tests/Fixtures (version 009).
"""

import json
from pathlib import Path
from typing import NamedTuple

from domain.payments.bank_links import LinkVersion, MacHash


class Order(NamedTuple):
    """Signed by the key of a shop."""

    mac_hash: MacHash
    own_key: str
    values: tuple[str, ...]
    """In the order of the signature."""
    mac: str


class Notice(NamedTuple):
    """Signed by the key of a bank."""

    version: LinkVersion
    mac_hash: MacHash
    bank_key: str
    fields: dict[str, str]


_PUBLISHED = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

ORDERS = {
    name: Order(MacHash(each["mac_hash"]), each["own_key"], tuple(each["values"]), each["mac"])
    for name, each in _PUBLISHED["orders"].items()
}
NOTICES = {
    name: Notice(
        LinkVersion(each["version"]), MacHash(each["mac_hash"]), each["bank_key"], each["fields"]
    )
    for name, each in _PUBLISHED["notices"].items()
}
