"""Containers read by code that is not ours: zipfile, signxml and libdigidocpp."""

import base64
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pydigidoc
from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree
from pydigidoc import digidoc
from signxml.verifier import SignatureConfiguration, XMLVerifier

_DS = {"ds": "http://www.w3.org/2000/09/xmldsig#"}


@dataclass(frozen=True)
class DigiDocSignature:
    """What libdigidocpp reads of a signature: times as XML has them."""

    signed_by: str
    signed_at: str
    profile: str


def verified_by_signxml(
    container: Path, signature: str, certificate: x509.Certificate
) -> dict[str, bytes]:
    """Verify a signature by signxml; return the files that it covers, by name.

    Raises signxml.exceptions.InvalidSignature.
    """
    with zipfile.ZipFile(container) as archive:
        xml = archive.read(signature)
        verified: Any = XMLVerifier().verify(
            xml,
            x509_cert=certificate,
            uri_resolver=lambda uri: archive.read(unquote(uri)),
            expect_config=SignatureConfiguration(
                location="./", expect_references=True, require_x509=True
            ),
        )
    covered: dict[str, bytes] = {}
    for each in verified:
        uri = each.signature_xml.xpath("//ds:Reference/@URI", namespaces=_DS)[len(covered)]
        covered[unquote(uri)] = each.signed_data
    return covered


def files_by_digidoc(container: Path) -> list[tuple[str, str, int]]:
    """Open a container by libdigidocpp, which holds it against the schemas; name, type, size."""
    opened = _opened(container)  # in a variable: what it holds is freed with it
    return [(each.file_name(), each.media_type(), each.file_size()) for each in opened.data_files()]


def signatures_by_digidoc(container: Path) -> list[DigiDocSignature]:
    """Return what libdigidocpp reads of each signature."""
    opened = _opened(container)
    return [
        DigiDocSignature(each.signed_by(), each.claimed_signing_time(), each.profile())
        for each in opened.signatures()
    ]


def signers(container: Path) -> list[str]:
    """Return the identifier in each signature's certificate (ETSI EN 319 412-1), in their order."""
    found = []
    with zipfile.ZipFile(container) as archive:
        for name in sorted(n for n in archive.namelist() if "signatures" in n):
            root = etree.fromstring(archive.read(name))
            der = base64.b64decode(root.findtext(".//ds:X509Certificate", namespaces=_DS) or "")
            subject = x509.load_der_x509_certificate(der).subject
            named = [*subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
            named += subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
            found.append(str(named[-1].value))
    return found


def faults_by_digidoc(container: Path) -> list[str]:
    """Validate each signature by libdigidocpp; return what it finds wrong, one fault a line.

    Takes ten seconds where the EU's lists of trusted services cannot be fetched.
    """
    _configure()
    digidoc.initialize("tests")
    opened = _opened(container)
    faults = []
    for each in opened.signatures():
        try:
            each.validate()
        except RuntimeError as error:
            faults.append(str(error))
        else:
            faults.append("")
    return faults


def sign_by_digidoc(container: Path, file: Path, pkcs12: Path, password: str) -> None:
    """Make a container of one file, signed by libdigidocpp without what needs the network."""
    _configure()
    made = pydigidoc.Container.create(str(container))
    made.add_data_file(str(file), "application/pdf")
    by = pydigidoc.PKCS12Signer(str(pkcs12), password)
    by.set_profile("BES")
    made.sign(by)
    made.save(str(container))


def _opened(container: Path) -> Any:
    _configure()
    return pydigidoc.Container.open(str(container))


@cache
def _configure() -> None:
    """Tell libdigidocpp where its schemas are: a copy, since it writes a log beside them.

    It is not initialized: that would fetch the lists of trusted services.
    """
    home = Path(tempfile.mkdtemp(prefix="volitus-digidoc-"))
    schemas = shutil.copytree(Path(pydigidoc.__file__).parent / "schema", home / "schema")
    configuration = pydigidoc.DigiDocConf(str(schemas))
    configuration.this.disown()
    pydigidoc.Conf.init(configuration)
