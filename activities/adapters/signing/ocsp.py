"""Asks an OCSP responder whether a certificate is revoked, and verifies its answer (RFC 6960).

The answer is signed by the issuer of the certificate or by a responder that this issuer marked as
one. Whether a responder's own certificate is revoked is not asked: they live short, or say that
they need not be checked (RFC 6960, 4.2.2.2.1).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from activities.adapters.signing.certificate_facts import UNREADABLE
from activities.adapters.signing.der_requests import DerRequests
from activities.adapters.signing.trusted_issuers import issued
from domain.signatures.proofs import (
    ProofFault,
    ProofRejected,
    ProofUnavailable,
    RevocationStatus,
)

_NONCE_BYTES = 32  # RFC 8954
_CLOCKS = timedelta(minutes=5)
"""How far ahead of ours the responder's clock may be."""
_STATUSES = {
    ocsp.OCSPCertStatus.GOOD: RevocationStatus.GOOD,
    ocsp.OCSPCertStatus.REVOKED: RevocationStatus.REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: RevocationStatus.UNKNOWN,
}
_HASHES = (SHA256, SHA384, SHA512)
_BUSY = {ocsp.OCSPResponseStatus.TRY_LATER, ocsp.OCSPResponseStatus.INTERNAL_ERROR}


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """A verified answer: it is about the certificate, fresh, and made for our request."""

    der: bytes
    """The whole response, as it is kept beside the signature."""
    status: RevocationStatus
    produced_at: datetime
    revoked_at: datetime | None


class OcspResponder:
    """One responder. ``freshness`` is how old its knowledge may be."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        *,
        timeout: timedelta,
        freshness: timedelta,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._requests = DerRequests(http, url, "application/ocsp-request", timeout=timeout)
        self._freshness = freshness
        self._now = now

    async def status(self, certificate_der: bytes, issuer_der: bytes) -> OcspAnswer:
        """Ask about a certificate. Asking twice does no harm.

        Raises ProofUnavailable or ProofRejected: the status is then not known.
        """
        issuer = x509.load_der_x509_certificate(issuer_der)
        request, nonce = _request(x509.load_der_x509_certificate(certificate_der), issuer)
        der = await self._requests.answer(request.public_bytes(Encoding.DER))
        try:
            return self._verified(der, request, nonce, issuer)
        except UNREADABLE:
            raise ProofRejected(ProofFault.MALFORMED) from None

    def _verified(
        self, der: bytes, request: ocsp.OCSPRequest, nonce: bytes, issuer: x509.Certificate
    ) -> OcspAnswer:
        response = ocsp.load_der_ocsp_response(der)
        if response.response_status in _BUSY:
            raise ProofUnavailable(response.response_status.name.lower())
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ProofRejected(ProofFault.REFUSED)
        _check_signature(response, issuer)
        _check_nonce(response, nonce)
        single = _about(response, request)
        self._check_times(response, single)
        return OcspAnswer(
            der,
            _STATUSES[single.certificate_status],
            response.produced_at_utc,
            single.revocation_time_utc,
        )

    def _check_times(self, response: ocsp.OCSPResponse, single: ocsp.OCSPSingleResponse) -> None:
        """RFC 6960, 4.2.2.1; where there is a ``nextUpdate``, it may be sooner than ours."""
        now = self._now()
        until = single.next_update_utc
        known = single.this_update_utc, response.produced_at_utc
        if not all(now - self._freshness <= each <= now + _CLOCKS for each in known):
            raise ProofRejected(ProofFault.WRONG_TIME)
        if until is not None and until < now - _CLOCKS:
            raise ProofRejected(ProofFault.WRONG_TIME)


def _request(
    certificate: x509.Certificate, issuer: x509.Certificate
) -> tuple[ocsp.OCSPRequest, bytes]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    request = (
        ocsp.OCSPRequestBuilder()
        # It only finds the issuer, and every responder knows it; nothing is signed with it.
        .add_certificate(certificate, issuer, SHA1())  # noqa: S303
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    return request, nonce


def _about(response: ocsp.OCSPResponse, request: ocsp.OCSPRequest) -> ocsp.OCSPSingleResponse:
    """Return the one part of the answer that is about the certificate."""
    wanted = _certificate_id(request)
    found = [each for each in response.responses if _certificate_id(each) == wanted]
    if len(found) != 1:
        raise ProofRejected(ProofFault.WRONG_SUBJECT)
    return found[0]


def _certificate_id(
    part: ocsp.OCSPRequest | ocsp.OCSPSingleResponse,
) -> tuple[str, bytes, bytes, int]:
    algorithm = part.hash_algorithm.name
    return algorithm, part.issuer_name_hash, part.issuer_key_hash, part.serial_number


def _check_nonce(response: ocsp.OCSPResponse, nonce: bytes) -> None:
    try:
        found = response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        found = b""
    if found != nonce:
        raise ProofRejected(ProofFault.WRONG_NONCE)


def _check_signature(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
    signer = _signer(response, issuer)
    key, algorithm = signer.public_key(), response.signature_hash_algorithm
    if not isinstance(algorithm, _HASHES):
        raise ProofRejected(ProofFault.WRONG_SIGNATURE)
    signature, signed = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, PKCS1v15(), algorithm)
        else:
            raise ProofRejected(ProofFault.WRONG_SIGNATURE)
    except InvalidSignature:
        raise ProofRejected(ProofFault.WRONG_SIGNATURE) from None


def _signer(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    """Return the certificate that the response names as its signer (RFC 6960, 4.2.2.2)."""
    for each in (issuer, *response.certificates):
        if _is_named(response, each) and (each == issuer or _may_answer(each, issuer, response)):
            return each
    raise ProofRejected(ProofFault.UNTRUSTED_SIGNER)


def _is_named(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == certificate.subject
    return response.responder_key_hash == _key_hash(certificate)


def _key_hash(certificate: x509.Certificate) -> bytes:
    """SHA-1 of the public key's bits, as RFC 6960 has it."""
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _may_answer(
    responder: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse
) -> bool:
    begins, ends = responder.not_valid_before_utc, responder.not_valid_after_utc
    if not begins <= response.produced_at_utc <= ends or not issued(issuer, responder):
        return False
    try:
        uses = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in uses
