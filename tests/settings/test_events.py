"""The key of published heads: every form in which openssl writes it, and nothing else."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import ValidationError

from settings.events import HeadKeySettings

KEY = ed25519.Ed25519PrivateKey.generate()


def _pem(key: object, encryption: KeySerializationEncryption | None = None) -> str:
    assert isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey)
    how = encryption or NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how).decode()


def _base64() -> str:
    der = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return base64.b64encode(der).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_pem(KEY), id="pem"),
        pytest.param(_pem(KEY).rstrip("\n"), id="without-the-last-line-break"),
        pytest.param(_pem(KEY).replace("\n", "\r\n"), id="of-windows"),
        pytest.param(_base64(), id="base64"),
    ],
)
def test_the_key_is_read_as_openssl_writes_it(text: str) -> None:
    key = HeadKeySettings.model_validate({"head_key": text}).private_key()

    assert key.private_bytes_raw() == KEY.private_bytes_raw()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("nonsense", id="nonsense"),
        pytest.param(base64.b64encode(bytes(32)).decode(), id="32-bytes"),
        pytest.param(_pem(KEY, BestAvailableEncryption(b"a password")), id="with-a-password"),
        pytest.param(_pem(ec.generate_private_key(ec.SECP256R1())), id="of-another-curve"),
        pytest.param(
            KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            id="public",
        ),
    ],
)
def test_another_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValidationError, match="must be an Ed25519 private key") as refused:
        HeadKeySettings.model_validate({"head_key": text})

    assert text not in str(refused.value.errors(include_input=False))
