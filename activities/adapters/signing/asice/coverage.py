"""What a signature covers: exactly the files of its container, and its own signed properties.

What is checked is found by its place, never by an id alone, so that no second element can stand
in for a signed one.
"""

from collections.abc import Mapping, Sequence

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.files import DataFile
from activities.adapters.signing.asice.words import NAMESPACES, SHA256, SIGNED_PROPERTIES_TYPE
from activities.adapters.signing.asice.xml import (
    Element,
    algorithm_of,
    canonical,
    from_base64,
    percent_decoded,
    sha256,
    the_only,
)


def check_coverage(signed_info: Element, properties: Element, files: Sequence[DataFile]) -> None:
    """Check that every file and the signed properties are covered, each once, nothing else is.

    Raises ContainerRefused.
    """
    by_name = {each.name: each for each in files}
    types = _mime_types(properties)
    covered = []
    of_properties = 0
    for reference in signed_info.findall("ds:Reference", NAMESPACES):
        if reference.get("Type") == SIGNED_PROPERTIES_TYPE:
            of_properties += 1
            _check_properties(reference, properties)
            continue
        file = by_name.get(percent_decoded(reference.get("URI", "")))
        if file is None or types.get(reference.get("Id", "")) != file.mime_type:
            raise ContainerRefused(ContainerFault.OTHER_FILES)
        _check_file(reference, file)
        covered.append(file.name)
    if of_properties != 1 or sorted(covered) != sorted(by_name):
        raise ContainerRefused(ContainerFault.OTHER_FILES)


def check_certificate(properties: Element, certificate_der: bytes) -> None:
    """Check that the signer named this certificate. Raises ContainerRefused."""
    of_signature = the_only(properties, "xades:SignedSignatureProperties")
    for name in ("SigningCertificateV2", "SigningCertificate"):  # of XAdES 1.4.2, of 1.3.2
        if of_signature.find(f"xades:{name}", NAMESPACES) is not None:
            digest = the_only(of_signature, f"xades:{name}/xades:Cert/xades:CertDigest")
            _check_digest(digest, certificate_der, ContainerFault.WRONG_CERTIFICATE)
            return
    raise ContainerRefused(ContainerFault.WRONG_CERTIFICATE)


def _check_file(reference: Element, file: DataFile) -> None:
    if reference.find("ds:Transforms", NAMESPACES) is not None:  # a part of the file only
        raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    _check_digest(reference, file.content, ContainerFault.WRONG_DIGEST)


def _check_properties(reference: Element, properties: Element) -> None:
    if reference.get("URI") != f"#{properties.get('Id')}":
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE)
    content = canonical(properties, algorithm_of(reference, "ds:Transforms/ds:Transform"))
    _check_digest(reference, content, ContainerFault.WRONG_DIGEST)


def _check_digest(parent: Element, content: bytes, fault: ContainerFault) -> None:
    if algorithm_of(parent, "ds:DigestMethod") != SHA256:
        raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    if from_base64(the_only(parent, "ds:DigestValue")) != sha256(content):
        raise ContainerRefused(fault)


def _mime_types(properties: Element) -> Mapping[str, str | None]:
    """Return the type of each file, by the id of its reference."""
    path = "xades:SignedDataObjectProperties/xades:DataObjectFormat"
    return {
        each.get("ObjectReference", "").removeprefix("#"): the_only(each, "xades:MimeType").text
        for each in properties.findall(path, NAMESPACES)
    }
