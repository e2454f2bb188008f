"""Extending a signature from level B to LT: proof of its time, and of its certificate."""

from collections.abc import Sequence

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.words import EXCLUSIVE, NAMESPACES
from activities.adapters.signing.asice.xml import (
    Element,
    canonical,
    element,
    parse,
    sha256,
    the_only,
    to_base64,
    write,
)


def timestamp_digest(signature_xml: bytes) -> bytes:
    """Return the SHA-256 that the time-stamp of a signature is to be over: its value."""
    return value_digest(the_only(parse(signature_xml), "ds:Signature"), EXCLUSIVE)


def value_digest(signature: Element, algorithm: str) -> bytes:
    """Return the SHA-256 of a signature's value in this canonical form."""
    return sha256(canonical(the_only(signature, "ds:SignatureValue"), algorithm))


def extend(
    signature_xml: bytes,
    *,
    timestamp_der: bytes,
    ocsp_der: bytes,
    certificate_ders: Sequence[bytes],
) -> bytes:
    """Add what makes a signature of level B one of level LT; returns its XML.

    ``timestamp_der``: the token over ``timestamp_digest``. ``ocsp_der``: the OCSP response about
    the signer's certificate. ``certificate_ders``: the certificates that verify both and the
    signer's. They are not verified here. Raises ContainerRefused if there is something already.
    """
    root = parse(signature_xml)
    qualifying = the_only(root, "ds:Signature/ds:Object/xades:QualifyingProperties")
    if qualifying.find("xades:UnsignedProperties", NAMESPACES) is not None:
        raise ContainerRefused(ContainerFault.EXTENDED_ALREADY)
    id_ = the_only(root, "ds:Signature").get("Id", "")
    timestamp = element(
        "xades:SignatureTimeStamp",
        element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE),
        element("xades:EncapsulatedTimeStamp", text=to_base64(timestamp_der)),
        Id=f"{id_}-timestamp",
    )
    certificates = [
        element("xades:EncapsulatedX509Certificate", text=to_base64(each))
        for each in certificate_ders
    ]
    answer = element("xades:EncapsulatedOCSPValue", text=to_base64(ocsp_der))
    qualifying.append(
        element(
            "xades:UnsignedProperties",
            element(
                "xades:UnsignedSignatureProperties",
                timestamp,
                element("xades:CertificateValues", *certificates),
                element("xades:RevocationValues", element("xades:OCSPValues", answer)),
            ),
        )
    )
    return write(root)
