"""Reading and writing XML of signatures. What is read may be hostile."""

import base64
import binascii
import hashlib
from typing import TypeAlias
from urllib.parse import unquote

from lxml import etree

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.words import CANONICALIZATIONS, NAMESPACES

Element: TypeAlias = etree._Element  # noqa: SLF001 # lxml has no other name for the type

_XML_ATTRIBUTES = "{http://www.w3.org/XML/1998/namespace}"


def parse(xml: bytes) -> Element:
    """Parse a document without entities, comments or processing instructions.

    Raises ContainerRefused. Comments are refused because canonical XML leaves them out: text
    around one would be read as shorter than what was signed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ContainerRefused(ContainerFault.WRONG_XML) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ContainerRefused(ContainerFault.WRONG_XML)
    for each in root.iter():
        if not isinstance(each.tag, str) or any(map(_is_xml_attribute, each.attrib)):
            raise ContainerRefused(ContainerFault.WRONG_XML)
    return root


def write(root: Element) -> bytes:
    """Return the document's bytes, the same for the same document."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def element(tag: str, *children: Element, text: str | None = None, **attributes: str) -> Element:
    """Make an element; ``tag`` has one of the prefixes ``asic``, ``ds``, ``xades``."""
    made = etree.Element(_qualified(tag), attributes, nsmap=NAMESPACES)
    made.text = text
    made.extend(children)
    return made


def the_only(parent: Element, path: str) -> Element:
    """Find the only element at this path of prefixed names. Raises ContainerRefused."""
    found = parent.findall(path, NAMESPACES)
    if len(found) != 1:
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE)
    return found[0]


def algorithm_of(parent: Element, path: str) -> str:
    """Read the algorithm that the only element at this path names. Raises ContainerRefused."""
    return the_only(parent, path).get("Algorithm", "")


def canonical(of: Element, algorithm: str) -> bytes:
    """Return an element as it is signed. Raises ContainerRefused for an unknown algorithm."""
    if algorithm not in CANONICALIZATIONS:
        raise ContainerRefused(ContainerFault.UNSUPPORTED_ALGORITHM)
    exclusive = CANONICALIZATIONS[algorithm]
    return etree.tostring(of, method="c14n", exclusive=exclusive, with_comments=False)


def to_base64(content: bytes) -> str:
    """Return base64 on one line."""
    return base64.b64encode(content).decode()


def from_base64(of: Element) -> bytes:
    """Read an element's text. Raises ContainerRefused."""
    try:
        return base64.b64decode("".join((of.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise ContainerRefused(ContainerFault.WRONG_STRUCTURE) from None


def percent_decoded(uri: str) -> str:
    """Return the name of a file that a reference means; what is no UTF-8 matches no file."""
    return unquote(uri, errors="replace")


def sha256(content: bytes) -> bytes:
    """Return the only digest that signatures here use."""
    return hashlib.sha256(content).digest()


def _qualified(tag: str) -> str:
    prefix, _, name = tag.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _is_xml_attribute(name: str | bytes) -> bool:
    return str(name).startswith(_XML_ATTRIBUTES)
