"""Settings of signatures in the development stack, where test people sign."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from simulators.mobile_id import app as mobile_id
from simulators.smart_id import app as smart_id
from simulators.trust.app import OCSP_PATH, TIME_STAMPS_PATH
from simulators.trust.identities import Identities

OPERATOR = "10421629"
"""Registry code in the certificate of the e-seal."""
OPERATOR_SETTINGS = {
    "VOLITUS_OPERATOR_NAME": "Telekom AS",
    "VOLITUS_OPERATOR_CODE": OPERATOR,
    "VOLITUS_OPERATOR_CONTACTS": '["klient@telekom.example"]',
    "VOLITUS_OPERATOR_GENERAL_TERMS": "https://telekom.example/tingimused, 2026-01",
}
"""The operator as contracts name it."""


def signature_settings(
    directory: Path, *, trust_url: str, mobile_id_url: str, smart_id_url: str
) -> dict[str, str]:
    """Return what the product trusts and asks; makes the authorities in a directory without any."""
    identities = Identities(directory)
    return {
        "VOLITUS_SIGNATURES_MOBILE_ID_URL": mobile_id_url + mobile_id.MOBILE_ID_PATH,
        "VOLITUS_SIGNATURES_MOBILE_ID_RELYING_PARTY_UUID": mobile_id.DEMO.uuid,
        "VOLITUS_SIGNATURES_MOBILE_ID_RELYING_PARTY_NAME": mobile_id.DEMO.name,
        "VOLITUS_SIGNATURES_SMART_ID_URL": smart_id_url + smart_id.SMART_ID_PATH,
        "VOLITUS_SIGNATURES_SMART_ID_RELYING_PARTY_UUID": smart_id.DEMO.uuid,
        "VOLITUS_SIGNATURES_SMART_ID_RELYING_PARTY_NAME": smart_id.DEMO.name,
        **_seal(identities),
        "VOLITUS_SIGNATURES_TRUSTED_ISSUERS": identities.trusted_issuers().decode(),
        "VOLITUS_SIGNATURES_OCSP_URL": trust_url + OCSP_PATH,
        "VOLITUS_SIGNATURES_TRUSTED_TIMESTAMPS": identities.trusted_time_stampers().decode(),
        "VOLITUS_SIGNATURES_TIMESTAMP_URL": trust_url + TIME_STAMPS_PATH,
    }


def _seal(identities: Identities) -> dict[str, str]:
    seal = identities.seal(OPERATOR)
    key = seal.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "VOLITUS_SIGNATURES_E_SEAL_KEY": key.decode(),
        "VOLITUS_SIGNATURES_E_SEAL_CERTIFICATE": seal.certificate.public_bytes(
            Encoding.PEM
        ).decode(),
    }
