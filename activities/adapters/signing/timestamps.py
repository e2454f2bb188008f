"""Asks a time-stamping authority when something existed, and verifies its answer (RFC 3161)."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

import httpx
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response
from rfc3161_client.errors import VerificationError

from activities.adapters.signing.certificate_facts import UNREADABLE
from activities.adapters.signing.der_requests import DerRequests
from domain.signatures.proofs import ProofFault, ProofRejected

_SHA256 = "2.16.840.1.101.3.4.2.1"
_CLOCKS = timedelta(minutes=5)
"""How far the authority's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class TimestampToken:
    """A verified time-stamp: the digest existed ``at`` that moment."""

    der: bytes
    """The token, a CMS SignedData, as it is kept beside the signature."""
    at: datetime


class TrustedTimestamps:
    """Who may stamp: the units among the certificates, or who the authorities issue to.

    Where units are named only they may, as in the trusted lists of the EU; the authorities then
    complete the chain, which has to end at one that signs its own certificate.
    """

    def __init__(self, certificates: Iterable[x509.Certificate]) -> None:
        self.certificates = tuple(certificates)
        units = (each for each in self.certificates if not _is_authority(each))
        self._units = frozenset(each.public_bytes(Encoding.DER) for each in units)

    def takes(self, unit: bytes) -> bool:
        """Return whether this unit, whose chain is good, is one of those."""
        return not self._units or unit in self._units

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read the certificates of a PEM file. Raises ValueError where there is none."""
        return cls(x509.load_pem_x509_certificates(pem))


class TimestampAuthority:
    """One authority."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        trusted: TrustedTimestamps,
        *,
        timeout: timedelta,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._requests = DerRequests(http, url, "application/timestamp-query", timeout=timeout)
        self._trusted = trusted
        self._now = now

    async def stamp(self, digest: bytes) -> TimestampToken:
        """Have this SHA-256 digest stamped. Asking twice gives two good time-stamps.

        Raises ProofUnavailable or ProofRejected.
        """
        nonce = secrets.randbits(64)
        der = await self._requests.answer(_request(digest, nonce))
        try:
            response = decode_timestamp_response(der)
            status = response.status
        except UNREADABLE:
            raise ProofRejected(ProofFault.MALFORMED) from None
        if status != 0:
            raise ProofRejected(ProofFault.REFUSED)
        try:
            return self._verified(response, digest, nonce)
        except UNREADABLE:
            raise ProofRejected(ProofFault.MALFORMED) from None

    def _verified(self, response: TimeStampResponse, digest: bytes, nonce: int) -> TimestampToken:
        info = response.tst_info
        imprint = info.message_imprint
        if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != digest:
            raise ProofRejected(ProofFault.WRONG_SUBJECT)
        if info.nonce != nonce:
            raise ProofRejected(ProofFault.WRONG_NONCE)
        if abs(info.gen_time - self._now()) > _CLOCKS:
            raise ProofRejected(ProofFault.WRONG_TIME)
        verifier = VerifierBuilder(roots=list(self._trusted.certificates), nonce=nonce).build()
        try:
            verifier.verify(response, digest)
        except VerificationError:
            raise ProofRejected(ProofFault.UNTRUSTED_SIGNER) from None
        token = response.time_stamp_token()
        unit = _unit(token)
        if unit is None or not self._trusted.takes(unit):
            raise ProofRejected(ProofFault.UNTRUSTED_SIGNER)
        return TimestampToken(token, info.gen_time)


def _request(digest: bytes, nonce: int) -> bytes:
    # rfc3161-client stamps data that it hashes itself, never a digest.
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    fields = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(fields).dump())


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return found.ca


def _unit(token: bytes) -> bytes | None:
    """Return the certificate of who signed; None where the signature does not cover which it is.

    RFC 3161, 2.4.1 and RFC 5816 demand that; rfc3161-client does not check it.
    """
    signed = cms.ContentInfo.load(token)["content"]
    (signer,) = signed["signer_infos"]
    issuer, serial = signer["sid"].chosen["issuer"], signer["sid"].chosen["serial_number"]
    for each in signed["certificates"]:
        found = each.chosen
        if found.serial_number == serial.native and found.issuer == issuer:
            der = bytes(found.dump())
            return der if _is_named(signer["signed_attrs"], der) else None
    return None


def _is_named(attributes: cms.CMSAttributes, certificate: bytes) -> bool:
    """Return whether the first ESSCertID is of this certificate."""
    for attribute in attributes:
        kind = attribute["type"].native
        if kind not in {"signing_certificate", "signing_certificate_v2"}:
            continue
        first = attribute["values"][0]["certs"][0]
        newer = kind == "signing_certificate_v2"
        algorithm = first["hash_algorithm"]["algorithm"].native if newer else "sha1"
        digest = hashlib.new(algorithm, certificate, usedforsecurity=newer).digest()
        return bool(digest == first["cert_hash"].native)
    return False
