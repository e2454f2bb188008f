"""VK_MAC, both ways."""

import base64
import binascii
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 # of version 008
    "sha256": hashes.SHA256(),
    "sha512": hashes.SHA512(),
}


def signed_bytes(fields: Mapping[str, str], names: Sequence[str], encoding: str) -> bytes:
    """Return what is signed: each value after its number of characters."""
    return "".join(f"{len(fields[each]):03}{fields[each]}" for each in names).encode(encoding)


def mac_of(signed: bytes, key: RSAPrivateKey, mac_hash: str) -> str:
    return base64.b64encode(key.sign(signed, PKCS1v15(), HASHES[mac_hash])).decode()


def is_mac_of(signed: bytes, mac: str, key: RSAPublicKey, mac_hash: str) -> bool:
    try:
        key.verify(base64.b64decode(mac, validate=True), signed, PKCS1v15(), HASHES[mac_hash])
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
