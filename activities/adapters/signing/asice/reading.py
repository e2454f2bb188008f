"""Reading a signature and checking that it is over exactly these files, by its own certificate.

Whether the certificate, the time-stamp and the OCSP response are to be trusted is not decided
here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.adapters.signing.asice.coverage import check_certificate, check_coverage
from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.files import DataFile
from activities.adapters.signing.asice.levels import value_digest
from activities.adapters.signing.asice.values import check_value
from activities.adapters.signing.asice.words import ALGORITHMS, ASIC, NAMESPACES
from activities.adapters.signing.asice.xml import (
    Element,
    algorithm_of,
    canonical,
    from_base64,
    parse,
    the_only,
)
from domain.signatures.algorithms import SignatureAlgorithm

_UNSIGNED = (
    "ds:Object/xades:QualifyingProperties/xades:UnsignedProperties"
    "/xades:UnsignedSignatureProperties"
)
_TIMESTAMP = f"{_UNSIGNED}/xades:SignatureTimeStamp"
_OCSP = f"{_UNSIGNED}/xades:RevocationValues/xades:OCSPValues/xades:EncapsulatedOCSPValue"
_CERTIFICATES = f"{_UNSIGNED}/xades:CertificateValues/xades:EncapsulatedX509Certificate"


@dataclass(frozen=True)
class ReadTimestamp:
    """A time-stamp token, and the SHA-256 that it must be over."""

    token_der: bytes
    digest: bytes


@dataclass(frozen=True)
class ReadSignature:
    """A signature whose digests and value are right. ``signed_at`` is what the signer claims."""

    xml: bytes
    certificate_der: bytes
    algorithm: SignatureAlgorithm
    signed_at: datetime
    timestamp: ReadTimestamp | None
    ocsp_der: bytes | None
    certificate_ders: tuple[bytes, ...]


def read_signature(xml: bytes, files: Sequence[DataFile]) -> ReadSignature:
    """Read the XML of one signature and check it against the files. Raises ContainerRefused."""
    root = parse(xml)
    signature = _the_signature(root)
    signed_info = the_only(signature, "ds:SignedInfo")
    properties = the_only(signature, "ds:Object/xades:QualifyingProperties/xades:SignedProperties")
    certificate = from_base64(the_only(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"))
    algorithm = ALGORITHMS.get(algorithm_of(signed_info, "ds:SignatureMethod"))
    if algorithm is None:
        raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    check_coverage(signed_info, properties, files)
    check_certificate(properties, certificate)
    signed = canonical(signed_info, algorithm_of(signed_info, "ds:CanonicalizationMethod"))
    value = from_base64(the_only(signature, "ds:SignatureValue"))
    check_value(certificate, algorithm, value, signed)
    return ReadSignature(
        xml=xml,
        certificate_der=certificate,
        algorithm=algorithm,
        signed_at=_signed_at(properties),
        timestamp=_timestamp(signature),
        ocsp_der=_ocsp(signature),
        certificate_ders=tuple(map(from_base64, signature.findall(_CERTIFICATES, NAMESPACES))),
    )


def _the_signature(root: Element) -> Element:
    ids = [each.attrib["Id"] for each in root.iter() if "Id" in each.attrib]
    if root.tag != f"{{{ASIC}}}XAdESSignatures" or len(root) != 1 or len(set(ids)) != len(ids):
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE)
    return the_only(root, "ds:Signature")


def _signed_at(properties: Element) -> datetime:
    text = the_only(properties, "xades:SignedSignatureProperties/xades:SigningTime").text
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE) from None
    if at.tzinfo is None:
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE)
    return at


def _timestamp(signature: Element) -> ReadTimestamp | None:
    """Read the first time-stamp: a later one proves less."""
    found = signature.find(_TIMESTAMP, NAMESPACES)
    if found is None:
        return None
    algorithm = algorithm_of(found, "ds:CanonicalizationMethod")
    token = from_base64(the_only(found, "xades:EncapsulatedTimeStamp"))
    return ReadTimestamp(token, value_digest(signature, algorithm))


def _ocsp(signature: Element) -> bytes | None:
    found = signature.find(_OCSP, NAMESPACES)
    return None if found is None else from_base64(found)
