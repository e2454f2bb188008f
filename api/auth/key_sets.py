"""Read a JSON Web Key Set, and choose the keys that may have signed a token.

One ``kid`` may stand beside several keys: Keycloak and ForgeRock publish a key once for each
algorithm, and a rotation may keep the id. RFC 7517 section 5: a key that cannot be used is ignored.
"""

from base64 import urlsafe_b64decode
from contextlib import suppress
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, RSAKey, import_key

_RSA_BITS = range(2048, 16384 + 1)
"""RFC 7518 section 3.3: a shorter key must not be used. A longer one takes a second to verify."""
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}

KeySet = dict[str, list[Key]]
"""Keys that verify signatures, by ``kid``, as the issuer orders them."""


def read_key_set(document: Any) -> KeySet:
    """Return the usable keys of a set. Raises ValueError where there are none."""
    keys: KeySet = {}
    for data in document["keys"]:
        with suppress(JoseError, ValueError, LookupError, TypeError, AttributeError):
            if _verifies(data) and _has_usable_size(data):
                keys.setdefault(data["kid"], []).append(import_key(data))
    if not keys:
        raise ValueError("no usable key in the set")
    return keys


def matching(keys: KeySet, kid: str, algorithm: str) -> tuple[Key, ...]:
    """Return the keys with this id that can have made a signature of this algorithm."""
    return tuple(key for key in keys.get(kid, ()) if _suits(key, algorithm))


def _verifies(data: dict[str, Any]) -> bool:
    return (
        data["kty"] != OctKey.key_type
        and data.get("use", "sig") == "sig"
        and "verify" in data.get("key_ops", ["verify"])
    )


def _has_usable_size(data: dict[str, Any]) -> bool:
    if data["kty"] != RSAKey.key_type:
        return True
    modulus = urlsafe_b64decode(data["n"] + "==")
    return int.from_bytes(modulus).bit_length() in _RSA_BITS


def _suits(key: Key, algorithm: str) -> bool:
    if key.alg not in (None, algorithm):
        return False
    if algorithm in _CURVES:
        return isinstance(key, ECKey) and key.curve_name == _CURVES[algorithm]
    return isinstance(key, RSAKey)
