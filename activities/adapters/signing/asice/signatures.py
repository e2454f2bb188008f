"""Making a signature in two halves: what is to be signed, and then the value.

Between the two a person signs on a phone. Level B of XAdES (EN 319 132-1): the files and the
signed properties (when, with which certificate, what type each file has) are covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from activities.adapters.signing.asice.files import DataFile, check_files
from activities.adapters.signing.asice.values import check_value
from activities.adapters.signing.asice.words import (
    ALGORITHMS,
    EXCLUSIVE,
    SHA256,
    SIGNATURE_METHODS,
    SIGNED_PROPERTIES_TYPE,
)
from activities.adapters.signing.asice.xml import (
    Element,
    algorithm_of,
    canonical,
    element,
    from_base64,
    parse,
    sha256,
    the_only,
    to_base64,
    write,
)
from domain.signatures.algorithms import SignatureAlgorithm


@dataclass(frozen=True)
class Prepared:
    """A signature without its value.

    ``signed_info_digest``: the SHA-256 that is to be signed. ``xml``: the rest, for ``complete``.
    """

    signed_info_digest: bytes
    xml: bytes


def prepare(
    files: Sequence[DataFile],
    certificate_der: bytes,
    signed_at: datetime,
    *,
    algorithm: SignatureAlgorithm,
) -> Prepared:
    """Say what is to be signed so that this certificate's holder signs these files.

    ``signed_at``: when, as the signer claims, to the second. The same input gives the same output.
    Raises ContainerRefused for files that cannot stand in one container.
    """
    check_files(files)
    if signed_at.tzinfo is None:
        raise ValueError("signed_at needs a time zone")
    at = signed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    id_ = f"S-{sha256(certificate_der + at.encode()).hex()[:16]}"
    properties = _signed_properties(id_, files, certificate_der, at)
    signed_info = _signed_info(id_, files, properties, algorithm)
    certificate = element("ds:X509Certificate", text=to_base64(certificate_der))
    qualifying = element("xades:QualifyingProperties", properties, Target=f"#{id_}")
    signature = element(
        "ds:Signature",
        signed_info,
        element("ds:SignatureValue", Id=f"{id_}-value"),
        element("ds:KeyInfo", element("ds:X509Data", certificate)),
        element("ds:Object", qualifying),
        Id=id_,
    )
    xml = write(element("asic:XAdESSignatures", signature))
    return Prepared(sha256(canonical(signed_info, EXCLUSIVE)), xml)


def complete(prepared: Prepared, signature_value: bytes) -> bytes:
    """Put in the value; returns the XML of a signature of level B.

    Raises ContainerRefused where the value is not the certificate's over what was prepared.
    """
    root = parse(prepared.xml)
    signed_info = the_only(root, "ds:Signature/ds:SignedInfo")
    signed = canonical(signed_info, EXCLUSIVE)
    algorithm = ALGORITHMS[algorithm_of(signed_info, "ds:SignatureMethod")]
    certificate = the_only(root, "ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    check_value(from_base64(certificate), algorithm, signature_value, signed)
    the_only(root, "ds:Signature/ds:SignatureValue").text = to_base64(signature_value)
    return write(root)


def _signed_info(
    id_: str, files: Sequence[DataFile], properties: Element, algorithm: SignatureAlgorithm
) -> Element:
    references = [
        element(
            "ds:Reference",
            *_digest(sha256(each.content)),
            Id=f"{id_}-file-{number}",
            URI=quote(each.name, safe=""),
        )
        for number, each in enumerate(files)
    ]
    transform = element("ds:Transform", Algorithm=EXCLUSIVE)
    to_properties = element(
        "ds:Reference",
        element("ds:Transforms", transform),
        *_digest(sha256(canonical(properties, EXCLUSIVE))),
        Type=SIGNED_PROPERTIES_TYPE,
        URI=f"#{properties.get('Id')}",
    )
    return element(
        "ds:SignedInfo",
        element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE),
        element("ds:SignatureMethod", Algorithm=SIGNATURE_METHODS[algorithm]),
        *references,
        to_properties,
    )


def _signed_properties(
    id_: str, files: Sequence[DataFile], certificate_der: bytes, at: str
) -> Element:
    digest = element("xades:CertDigest", *_digest(sha256(certificate_der)))
    of_signature = element(
        "xades:SignedSignatureProperties",
        element("xades:SigningTime", text=at),
        element("xades:SigningCertificateV2", element("xades:Cert", digest)),
    )
    formats = [
        element(
            "xades:DataObjectFormat",
            element("xades:MimeType", text=each.mime_type),
            ObjectReference=f"#{id_}-file-{number}",
        )
        for number, each in enumerate(files)
    ]
    of_files = element("xades:SignedDataObjectProperties", *formats)
    return element("xades:SignedProperties", of_signature, of_files, Id=f"{id_}-properties")


def _digest(digest: bytes) -> tuple[Element, Element]:
    return (
        element("ds:DigestMethod", Algorithm=SHA256),
        element("ds:DigestValue", text=to_base64(digest)),
    )
