"""A signature is taken only if the certificate's key made it, over this digest, in this way."""

from dataclasses import replace

import pytest

from activities.adapters.signing.certificate_facts import facts_of
from activities.adapters.signing.port import SignatureValue, SigningCertificate, SigningFailed
from activities.adapters.signing.verify import check_signature
from domain.signatures.algorithms import SignatureAlgorithm as A
from domain.signatures.results import SigningResult
from simulators.signing.keys import signature as made
from simulators.trust.identities import Identities, Identity, Service
from tests.clients.signing_client import DIGEST

OTHER = bytes(32)


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Identities:
    return Identities(tmp_path_factory.mktemp("trust"))


def asked(identity: Identity, algorithm: A) -> SigningCertificate:
    return SigningCertificate(identity.der, facts_of(identity.der), None, algorithm)


def signed(identity: Identity, algorithm: A) -> SignatureValue:
    value = made(identity.key, DIGEST, "SHA256", pss=algorithm is A.RSA_PSS_SHA256)
    return SignatureValue(value, algorithm, None)


def outcome(signature: SignatureValue, certificate: SigningCertificate, digest: bytes) -> str:
    try:
        check_signature(signature, certificate, digest)
    except SigningFailed as failed:
        return failed.result.value
    return "signed"


@pytest.mark.parametrize(
    ("service", "algorithm"),
    [
        (Service.MOBILE_ID, A.ECDSA_SHA256),
        (Service.SMART_ID, A.RSA_SHA256),
        (Service.SMART_ID, A.RSA_PSS_SHA256),
    ],
)
def test_contract_6_a_signature_is_of_key_digest_and_algorithm(
    identities: Identities, service: Service, algorithm: A
) -> None:
    mine, other = (identities.signer(code, service) for code in ("60001019906", "38001085718"))
    certificate, signature = asked(mine, algorithm), signed(mine, algorithm)
    strange = next(each for each in A if each is not algorithm)
    mismatch, failure = SigningResult.HASH_MISMATCH, SigningResult.PROTOCOL_FAILURE

    with_certificate = replace(signature, certificate_der=mine.der)
    assert outcome(signature, certificate, DIGEST) == "signed"
    assert outcome(with_certificate, certificate, DIGEST) == "signed"
    assert outcome(signature, certificate, OTHER) == mismatch
    assert outcome(signed(other, algorithm), certificate, DIGEST) == mismatch
    for value in (b"", signature.value[:-1], signature.value + b"\x00", bytes(64)):
        assert outcome(replace(signature, value=value), certificate, DIGEST) == mismatch
    assert outcome(replace(signature, certificate_der=other.der), certificate, DIGEST) == failure
    assert outcome(replace(signature, algorithm=strange), certificate, DIGEST) == failure


def test_contract_6_the_way_of_signing_is_that_of_the_key(identities: Identities) -> None:
    ec = identities.signer("60001019906", Service.MOBILE_ID)
    rsa = identities.signer("60001019906", Service.SMART_ID)

    for identity, algorithm in ((ec, A.RSA_SHA256), (rsa, A.ECDSA_SHA256)):
        signature = replace(signed(identity, A.RSA_SHA256), algorithm=algorithm)
        assert outcome(signature, asked(identity, algorithm), DIGEST) == "hash_mismatch"


def test_contract_6_another_padding_is_another_signature(identities: Identities) -> None:
    identity = identities.signer("60001019906", Service.SMART_ID)
    signature = replace(signed(identity, A.RSA_SHA256), algorithm=A.RSA_PSS_SHA256)

    assert outcome(signature, asked(identity, A.RSA_PSS_SHA256), DIGEST) == "hash_mismatch"
