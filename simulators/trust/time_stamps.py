"""Time-stamping authority (RFC 3161): honest, or wrong as faults ask for."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from simulators.trust.authority import Holder, new_root, new_time_stamper
from simulators.trust.identities import Identities

FAULTS = frozenset(
    {
        "wrong_imprint", "wrong_nonce", "no_nonce", "clock_behind", "clock_ahead", "untrusted",
        "unnamed_certificate", "wrong_signature", "rejection", "nonsense",
    }
)  # fmt: skip
"""Kinds of faults. ``clock_…``: by an hour; ``unnamed_certificate``: the signature does not cover
which certificate it is to be verified with."""
_POLICY = "0.4.0.2023.1.1"  # best practices, ETSI EN 319 421
_AN_HOUR = timedelta(hours=1)


class TimeStamps:
    """One time-stamping unit."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    def answer(self, body: bytes, fault: str | None) -> bytes:
        """Answer one request, in DER."""
        if fault == "nonsense":
            return b"nonsense"
        try:
            request = tsp.TimeStampReq.load(body, strict=True)
            digest = request["message_imprint"]["hashed_message"].native
            algorithm = request["message_imprint"]["hash_algorithm"]["algorithm"].native
        except ValueError:
            return _refused("bad_data_format")
        if algorithm not in {"sha256", "sha384", "sha512"}:
            return _refused("bad_alg")
        if len(digest) != hashlib.new(algorithm).digest_size or fault == "rejection":
            return _refused("bad_request")
        token = _token(_info(request, fault), self._unit(fault), fault)
        return bytes(tsp.TimeStampResp({"status": {"status": 0}, "time_stamp_token": token}).dump())

    def _unit(self, fault: str | None) -> Holder:
        if fault == "untrusted":
            other = new_root("TEST Volitus other CA")
            return new_time_stamper(other, "TEST Volitus time-stamping unit")
        return self._identities.time_stamper()


def _refused(failure: str) -> bytes:
    status = tsp.PKIStatusInfo({"status": 2, "fail_info": {failure}})
    return bytes(_Refusal({"status": status}).dump())


class _Refusal(tsp.TimeStampResp):  # type: ignore[misc] # asn1crypto has no types
    """A response without a token, which asn1crypto's own class demands."""

    _fields = [  # noqa: RUF012
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _info(request: tsp.TimeStampReq, fault: str | None) -> tsp.TSTInfo:
    imprint = request["message_imprint"].copy()
    if fault == "wrong_imprint":
        imprint["hashed_message"] = secrets.token_bytes(len(imprint["hashed_message"].native))
    at = datetime.now(UTC).replace(microsecond=0)
    at += {"clock_behind": -_AN_HOUR, "clock_ahead": _AN_HOUR}.get(fault or "", timedelta())
    fields = {
        "version": 1,
        "policy": _POLICY,
        "message_imprint": imprint,
        "serial_number": secrets.randbits(64),
        "gen_time": at,
        "accuracy": {"seconds": 1},
    }
    nonce = request["nonce"].native
    if nonce is not None and fault != "no_nonce":
        fields["nonce"] = nonce + (fault == "wrong_nonce")
    return tsp.TSTInfo(fields)


def _token(info: tsp.TSTInfo, unit: Holder, fault: str | None) -> cms.ContentInfo:
    content = info.dump()
    certificate = x509.Certificate.load(unit.der)
    attributes = _attributes(content, None if fault == "unnamed_certificate" else unit.der)
    signature = _signature(unit, attributes.dump())
    if fault == "wrong_signature":
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": signature,
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(content),
        },
        "certificates": [certificate],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _attributes(content: bytes, certificate: bytes | None) -> cms.CMSAttributes:
    made = [
        {"type": "content_type", "values": ["tst_info"]},
        {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
    ]
    if certificate is not None:
        digest = hashlib.sha256(certificate).digest()
        named = tsp.SigningCertificateV2({"certs": [{"cert_hash": digest}]})
        made.append({"type": "signing_certificate_v2", "values": [named]})
    return cms.CMSAttributes(made)


def _signature(unit: Holder, signed: bytes) -> bytes:
    if isinstance(unit.key, ec.EllipticCurvePrivateKey):
        return unit.key.sign(signed, ec.ECDSA(SHA256()))
    return unit.key.sign(signed, PKCS1v15(), SHA256())
