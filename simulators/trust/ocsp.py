"""OCSP responder (RFC 6960) of all authorities: honest, or wrong as faults ask for."""

import os
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from simulators.trust.authority import Holder, new_responder, new_root
from simulators.trust.identities import Identities, Service
from simulators.trust.statuses import Status, Statuses

FAULTS = frozenset(
    {
        "stale", "wrong_nonce", "no_nonce", "wrong_certificate", "wrong_responder",
        "unmarked_responder", "wrong_signature", "try_later", "nonsense",
    }
)  # fmt: skip
"""Kinds of faults. ``wrong_responder`` is of another authority, ``unmarked_responder`` of the right
one, but without the right to answer."""
_A_DAY = timedelta(days=1)
_STATUSES = {
    Status.GOOD: ocsp.OCSPCertStatus.GOOD,
    Status.REVOKED: ocsp.OCSPCertStatus.REVOKED,
    Status.UNKNOWN: ocsp.OCSPCertStatus.UNKNOWN,
}


class Responder:
    """Answers for the certificates of every service's authority."""

    def __init__(self, identities: Identities, statuses: Statuses) -> None:
        self._identities = identities
        self._statuses = statuses

    def answer(self, body: bytes, fault: str | None) -> bytes:
        """Answer one request, in DER."""
        if fault == "nonsense":
            return b"nonsense"
        if fault == "try_later":
            return _unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
        try:
            request = ocsp.load_der_ocsp_request(body)
            algorithm = request.hash_algorithm
        except (ValueError, UnsupportedAlgorithm):
            return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        service = self._service_of(request, algorithm)
        if service is None:
            return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return self._answered(request, service, fault)

    def _service_of(self, request: ocsp.OCSPRequest, algorithm: HashAlgorithm) -> Service | None:
        wanted = request.issuer_name_hash, request.issuer_key_hash
        for service in Service:
            issuer = self._identities.authority(service).certificate
            issued = self._identities.responder(service).certificate
            about = ocsp.OCSPRequestBuilder().add_certificate(issued, issuer, algorithm).build()
            if (about.issuer_name_hash, about.issuer_key_hash) == wanted:
                return service
        return None

    def _answered(self, request: ocsp.OCSPRequest, service: Service, fault: str | None) -> bytes:
        standing = self._statuses.of(request.serial_number)
        at = datetime.now(UTC).replace(microsecond=0) - _A_DAY * (fault == "stale")
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            request.issuer_name_hash,
            request.issuer_key_hash,
            request.serial_number + (fault == "wrong_certificate"),
            request.hash_algorithm,
            _STATUSES[standing.status],
            at,
            None,
            standing.revoked_at,
            standing.reason,
        )
        if (nonce := _nonce(request, fault)) is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        responder = self._signer(service, fault)
        signed = (
            builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
            .certificates([responder.certificate])
            .sign(responder.key, SHA256())
            .public_bytes(Encoding.DER)
        )
        return _damaged(signed) if fault == "wrong_signature" else signed

    def _signer(self, service: Service, fault: str | None) -> Holder:
        name = f"TEST Volitus {service} OCSP responder"
        match fault:
            case "wrong_responder":
                return new_responder(new_root("TEST Volitus other CA"), name)
            case "unmarked_responder":
                return new_responder(self._identities.authority(service), name, marked=False)
        return self._identities.responder(service)


def _nonce(request: ocsp.OCSPRequest, fault: str | None) -> bytes | None:
    if fault == "wrong_nonce":
        return os.urandom(32)
    try:
        asked = request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
    return None if fault == "no_nonce" else asked


def _damaged(der: bytes) -> bytes:
    signature = ocsp.load_der_ocsp_response(der).signature
    return der.replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
