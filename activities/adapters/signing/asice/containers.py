"""ASiC-E containers: files and the signatures over them, in one zip (EN 319 162-1).

Signatures are parallel: each is over the same files, so people sign in any order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from activities.adapters.signing.asice.archives import read_archive, write_archive
from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.files import DataFile, check_files
from activities.adapters.signing.asice.reading import ReadSignature, read_signature
from activities.adapters.signing.asice.words import CONTAINER_TYPE, MANIFEST, MANIFEST_FILE
from activities.adapters.signing.asice.xml import Element, parse, write

_META = "META-INF/"
_SIGNATURE = re.compile(r"META-INF/[^/]*signatures[^/]*\.xml")
_ROOT = "/"


@dataclass(frozen=True)
class Opened:
    """What is in a container whose signatures are all right, in the container's order."""

    files: tuple[DataFile, ...]
    signatures: tuple[ReadSignature, ...]


def container(files: Sequence[DataFile], signature_xmls: Sequence[bytes]) -> bytes:
    """Make a container; the same input gives the same bytes.

    Raises ContainerRefused where files cannot stand in one, or a signature is not over them.
    """
    check_files(files)
    for xml in signature_xmls:
        read_signature(xml, files)
    signatures = [
        (f"{_META}signatures{number}.xml", xml) for number, xml in enumerate(signature_xmls)
    ]
    return write_archive(
        [
            *((each.name, each.content) for each in files),
            (MANIFEST_FILE, write(_manifest(files))),
            *signatures,
        ]
    )


def open_container(content: bytes) -> Opened:
    """Open a container and check each signature against its files.

    Raises ContainerRefused, also if only one of several signatures is wrong.
    """
    entries = read_archive(content)
    manifest = entries.pop(MANIFEST_FILE, None)
    xmls = [entries.pop(each) for each in list(entries) if _SIGNATURE.fullmatch(each)]
    if manifest is None:
        raise ContainerRefused(ContainerFault.WRONG_MANIFEST)
    types = _types(parse(manifest))
    if sorted(types) != sorted(entries):
        raise ContainerRefused(ContainerFault.WRONG_MANIFEST)
    files = tuple(DataFile(name, types[name], found) for name, found in entries.items())
    check_files(files)
    return Opened(files, tuple(read_signature(each, files) for each in xmls))


def _manifest(files: Sequence[DataFile]) -> Element:
    root = etree.Element(_name("manifest"), {_name("version"): "1.2"}, nsmap={"manifest": MANIFEST})
    for path, media_type in ((_ROOT, CONTAINER_TYPE), *((f.name, f.mime_type) for f in files)):
        words = {_name("full-path"): path, _name("media-type"): media_type}
        etree.SubElement(root, _name("file-entry"), words)
    return root


def _types(manifest: Element) -> Mapping[str, str]:
    """Read the type of each file. Raises ContainerRefused where the container's own is another."""
    found = [
        (each.get(_name("full-path"), ""), each.get(_name("media-type"), ""))
        for each in manifest.findall(_name("file-entry"))
    ]
    types = dict(found)
    if len(types) != len(found) or types.pop(_ROOT, None) != CONTAINER_TYPE:
        raise ContainerRefused(ContainerFault.WRONG_MANIFEST)
    return types


def _name(word: str) -> str:
    return f"{{{MANIFEST}}}{word}"
