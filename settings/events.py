"""Settings of the history: the key that signs the published heads of its chain."""

import base64
from typing import Annotated

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pydantic import AfterValidator, Field, SecretStr

from settings.sections import Section

_WRONG = "must be an Ed25519 private key: PEM without a password, or its base64 on one line"


def _private_key(value: SecretStr) -> Ed25519PrivateKey:
    lines = value.get_secret_value().split("\n")
    text = "".join(line.strip() for line in lines if not line.startswith("-----"))
    try:
        key = load_der_private_key(base64.b64decode(text, validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(_WRONG) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(_WRONG)  # noqa: TRY004 # a wrong value, for pydantic
    return key


def _signing_key(value: SecretStr) -> SecretStr:
    _private_key(value)
    return value


SigningKey = Annotated[SecretStr, AfterValidator(_signing_key)]
_FORM = (
    "Ed25519 private key that signs the published heads of the event chain, as PEM "
    "(`openssl genpkey -algorithm ed25519`) or as that file's base64 on one line."
)


class HeadKeySettings(Section):
    """The key that signs the heads of the event chain, which the scheduler publishes."""

    head_key: SigningKey = Field(description=_FORM)

    def private_key(self) -> Ed25519PrivateKey:
        """The key."""
        return _private_key(self.head_key)


class OptionalHeadKeySettings(Section):
    """The same key, where only its public half is used and may come from elsewhere."""

    head_key: SigningKey | None = Field(
        None,
        description=f"{_FORM} `volitus events` needs only its public half, and not even that where"
        " `--public-key` names one.",
    )

    def private_key(self) -> Ed25519PrivateKey | None:
        """The key, if it is set."""
        return _private_key(self.head_key) if self.head_key else None
