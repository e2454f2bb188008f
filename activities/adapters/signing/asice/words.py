"""Namespaces, names and algorithms of XML signatures in a container.

Sources: EN 319 162-1 (ASiC), EN 319 132-1 (XAdES), RFC 9231 (algorithms).
"""

from typing import Final

from domain.signatures.algorithms import SignatureAlgorithm

CONTAINER_TYPE: Final = "application/vnd.etsi.asic-e+zip"
MIMETYPE_FILE: Final = "mimetype"
MANIFEST_FILE: Final = "META-INF/manifest.xml"

ASIC: Final = "http://uri.etsi.org/02918/v1.2.1#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
MANIFEST: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
NAMESPACES: Final = {"asic": ASIC, "ds": DS, "xades": XADES}
SIGNED_PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"

SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
# True: exclusive. 1.0 and 1.1 differ in xml: attributes only, which no signature here may have.
CANONICALIZATIONS: Final = {
    EXCLUSIVE: True,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": False,
    "http://www.w3.org/2006/12/xml-c14n11": False,
}
SIGNATURE_METHODS: Final = {
    SignatureAlgorithm.ECDSA_SHA256: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    SignatureAlgorithm.RSA_SHA256: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    SignatureAlgorithm.RSA_PSS_SHA256: "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
}
ALGORITHMS: Final = {uri: algorithm for algorithm, uri in SIGNATURE_METHODS.items()}
