"""The register's SOAP: one query, one answer; the text of neither leaves this file.

Every answer echoes the query in ``paring``, user name and password included. It is cut out
before anyone sees the tree; errors carry stable codes only, and are raised outside the handlers
of what caused them, so that no traceback leads back to a request or a response.
"""

import re
import time
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import AbstractContextManager
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

import httpx
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import SecretStr

from domain.registry.register import RegisterUnknown
from runtime import tracing

NAMESPACE = "http://arireg.x-road.eu/producer/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# More than a change list of all companies would have; as a tree it takes ten times the memory.
_AT_MOST = 32 << 20
_WITHIN = 60.0
"""Seconds for a whole answer: one that comes byte by byte would keep the only slot there is."""
# A web page, as a maintenance page is, also where it is well-formed XML.
_PAGE = re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE)
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
# The prefixes of RIK's own examples, for servers that read prefixes instead of namespaces.
register_namespace("prod", NAMESPACE)
register_namespace("soapenv", _ENVELOPE)


class SoapService:
    """XML services of the register at one address, under one contract."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        user: str,
        password: SecretStr,
        acquire: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._http = http
        self._url = url
        self._user = user
        self._password = password
        self._acquire = acquire

    def query(self, operation: str, *fields: tuple[str, str]) -> Element:
        """Return the ``keha`` of the answer. ``fields`` in the order of the operation's schema.

        Each call is one HTTP query, sent inside ``acquire()``. Raises RegisterUnknown for every
        answer that is none: time-out, HTTP error, fault, unreadable XML.
        """
        content = request(operation, self._user, self._password, fields)
        with self._acquire():
            response = self._traced(operation, content)
        if isinstance(response, RegisterUnknown):
            raise response
        return answer(operation, *response)

    def _traced(self, operation: str, content: bytes) -> tuple[int, bytes] | RegisterUnknown:
        facts = {"volitus.target": "register", "volitus.operation": operation}
        with tracing.span("register query", tracing.CLIENT, facts) as found:
            response = self._post(content)
            if isinstance(response, RegisterUnknown):
                found["error.type"] = response.code
            else:
                found["http.response.status_code"] = response[0]
            return response

    def _post(self, content: bytes) -> tuple[int, bytes] | RegisterUnknown:
        """Return HTTP status and body."""
        posting = self._http.stream("POST", self._url, content=content, headers=_HEADERS)
        until = time.monotonic() + _WITHIN
        try:
            with posting as response:
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > _AT_MOST:
                        return RegisterUnknown("answer_too_large", f"over {_AT_MOST} bytes")
                    if time.monotonic() > until:
                        return RegisterUnknown("register_timeout")
                return response.status_code, bytes(body)
        except httpx.TimeoutException:
            return RegisterUnknown("register_timeout")
        except httpx.HTTPError as error:
            return RegisterUnknown("register_unreachable", type(error).__name__)


def request(
    operation: str, user: str, password: SecretStr, fields: tuple[tuple[str, str], ...]
) -> bytes:
    """Build the query's envelope.

    The services want elements in their schema's order. What is not used is left out (all of it is
    ``minOccurs="0"``): the session replaces user and password, the format is XML by default, and
    the language only translates labels that nothing here reads.
    """
    envelope = Element(f"{{{_ENVELOPE}}}Envelope")
    body = SubElement(envelope, f"{{{_ENVELOPE}}}Body")
    content = SubElement(SubElement(body, _tag(operation)), _tag("keha"))
    credentials = (
        ("ariregister_kasutajanimi", user),
        ("ariregister_parool", password.get_secret_value()),
    )
    for name, value in (*credentials, *fields):
        SubElement(content, _tag(name)).text = value
    written: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return written


def answer(operation: str, status: int, content: bytes) -> Element:
    """Return the ``keha`` of an HTTP answer, without the echo. Raises RegisterUnknown.

    A fault counts before the HTTP status: which status comes with one is not documented.
    """
    tree = _parsed(content)
    fault = None if isinstance(tree, RegisterUnknown) else _fault(tree)
    if fault is not None:
        raise fault
    if status != httpx.codes.OK:
        raise RegisterUnknown("register_http_error", str(status))
    if isinstance(tree, RegisterUnknown):
        raise tree
    body = tree.find(f"{{*}}Body/{_tag(operation + 'Response')}/{_tag('keha')}")
    if body is None:
        raise RegisterUnknown("answer_incomplete", "keha")
    return body


def children(parent: Element, *path: str) -> list[Element]:
    """Return all elements at ``path`` below ``parent``, in the register's namespace."""
    return parent.findall("/".join(map(_tag, path)))


def listed(parent: Element, name: str, *besides: str) -> list[Element]:
    """Return the elements ``name`` of a list. Raises RegisterUnknown where it holds other elements.

    What is not understood in a list of people must not pass for people who are not there.
    """
    known = {_tag(name), *map(_tag, besides)}
    if any(child.tag not in known for child in parent):
        raise RegisterUnknown("answer_unexpected", name)
    return children(parent, name)


def text(parent: Element, name: str) -> str:
    """Return the text of child ``name``; empty where it is missing, empty or blank.

    Raises RegisterUnknown where it stands there more than once, each time differently.
    """
    texts = {(child.text or "").strip() for child in parent.findall(_tag(name))}
    if len(texts) > 1:
        raise RegisterUnknown("answer_contradictory", name)
    return next(iter(texts), "")


def required(parent: Element, name: str) -> str:
    """Return the text of child ``name``. Raises RegisterUnknown where it has none."""
    content = text(parent, name)
    if not content:
        raise RegisterUnknown("answer_incomplete", name)
    return content


def required_child(parent: Element, name: str) -> Element:
    """Return child ``name``, empty or not. Raises RegisterUnknown where it is missing."""
    child = parent.find(_tag(name))
    if child is None:
        raise RegisterUnknown("answer_incomplete", name)
    return child


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _parsed(content: bytes) -> Element | RegisterUnknown:
    """Return the tree; or why there is none, which is never about what was asked: ask again."""
    if _PAGE.match(content.removeprefix(BOM_UTF8)):
        return RegisterUnknown("answer_is_a_page")
    try:
        tree: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        return RegisterUnknown("answer_hostile", "document type or entity")
    except (ParseError, ValueError, LookupError):  # the last two: unknown encodings
        return RegisterUnknown("answer_unparsable")
    for parent in list(tree.iter()):
        for echo in parent.findall("{*}paring"):
            parent.remove(echo)
    return tree


def _fault(tree: Element) -> RegisterUnknown | None:
    fault = tree.find("{*}Body/{*}Fault")
    if fault is None:
        return None
    content = " ".join(fault.itertext()).casefold()
    # The register sends no code, only the text "Incorrect user name or password."
    if "password" in content or "parool" in content:
        return RegisterUnknown("register_credentials_refused", retry=False)
    return RegisterUnknown("register_fault")
