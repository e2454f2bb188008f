"""VK_MAC of the Estonian bank link: RSA PKCS#1 v1.5 over the fields, each after its length.

The length is that of the text in characters, in three digits, while the signature is over bytes of
the encoding: the Estonian specification, and every published vector with an Ä in it, count so.
"""

import base64
import binascii
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from domain.payments.bank_links import LinkEncoding, MacHash

_HASHES: dict[MacHash, hashes.HashAlgorithm] = {
    MacHash.SHA1: hashes.SHA1(),  # noqa: S303 # version 008 of the specification has no other
    MacHash.SHA256: hashes.SHA256(),
    MacHash.SHA512: hashes.SHA512(),
}
_LONGEST = 999
"""Three digits tell a length."""


def mac_text(values: Iterable[str]) -> str:
    """Return the text that is signed. Raises ValueError where a value is longer than 999."""
    values = list(values)
    if any(len(each) > _LONGEST for each in values):
        raise ValueError("a signed field is too long")
    return "".join(f"{len(each):03d}{each}" for each in values)


def sign(text: str, encoding: LinkEncoding, key: RSAPrivateKey, mac_hash: MacHash) -> str:
    """Return VK_MAC. Raises UnicodeEncodeError where the encoding has no such character."""
    signature = key.sign(text.encode(encoding), PKCS1v15(), _HASHES[mac_hash])
    return base64.b64encode(signature).decode()


def is_signed(signed: bytes, mac: str, key: RSAPublicKey, mac_hash: MacHash) -> bool:
    """Return whether VK_MAC is this key's signature over these bytes."""
    try:
        # A plus that was not escaped comes as a space; some banks break the line.
        signature = base64.b64decode("".join(mac.replace(" ", "+").split()), validate=True)
        key.verify(signature, signed, PKCS1v15(), _HASHES[mac_hash])
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
