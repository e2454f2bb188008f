"""The operator's e-seal: at once, without a phone, and by any worker that has the key."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from activities.adapters.signing.e_seal import ESeal
from activities.adapters.signing.verify import check_signature
from domain.signatures.algorithms import SignatureAlgorithm
from simulators.trust.identities import Identities, Identity, Service
from simulators.trust.profiles import Profile
from tests.clients.signing_client import DIGEST

COMPANY = "10421629"


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Identities:
    return Identities(tmp_path_factory.mktemp("trust"))


def pem(identity: Identity) -> tuple[bytes, bytes]:
    key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key, identity.certificate.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    "algorithm", [SignatureAlgorithm.ECDSA_SHA256, SignatureAlgorithm.RSA_SHA256]
)
async def test_contract_6_the_operator_seals_with_its_own_key(
    identities: Identities, algorithm: SignatureAlgorithm
) -> None:
    identity = identities.seal(COMPANY)
    if algorithm is SignatureAlgorithm.RSA_SHA256:
        profile = Profile(f"NTREE-{COMPANY}", organization="TEST COMPANY")
        key = rsa.generate_private_key(65537, 2048)
        identity = identities.issue(Service.E_SEAL, profile, key)
    one, another = ESeal.from_pem(*pem(identity)), ESeal.from_pem(*pem(identity))
    certificate = await one.certificate()
    started = await one.start(None, certificate, DIGEST, "Leping")
    signature = await another.poll(started.session_id, 1000)

    assert (certificate.der, certificate.algorithm) == (identity.der, algorithm)
    assert started.verification_code == ""
    check_signature(signature, certificate, DIGEST)


def test_contract_6_a_seal_needs_the_key_of_its_certificate(identities: Identities) -> None:
    key, _ = pem(identities.seal(COMPANY))
    _, certificate = pem(identities.seal("10000024"))

    with pytest.raises(ValueError, match="not of this key"):
        ESeal.from_pem(key, certificate)
    with pytest.raises(ValueError, match="PEM"):
        ESeal.from_pem(certificate, certificate)
