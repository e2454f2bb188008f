"""Kinds of documents that are made and kept, and how long after the end of what they are about."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.retention import CONTRACT_DOCUMENT

PDF: Final = "application/pdf"
XML: Final = "application/xml"
CONTAINER: Final = "application/vnd.etsi.asic-e+zip"


class DocumentKind(StrEnum):
    """Kind of a document of a contract."""

    CONTRACT = "contract"
    CONTRACT_SUMMARY = "contract_summary"
    """Electronic Communications Act, section 95-1."""
    CONTAINER = "container"
    """An ASiC-E container: what was signed, with its signatures."""
    SIGNATURE = "signature"
    """One person's XAdES signature, as it stands in the container."""
    TERMINATION = "termination"


CONTENT_TYPES: Final[Mapping[DocumentKind, str]] = {
    DocumentKind.CONTRACT: PDF,
    DocumentKind.CONTRACT_SUMMARY: PDF,
    DocumentKind.CONTAINER: CONTAINER,
    DocumentKind.SIGNATURE: XML,
    DocumentKind.TERMINATION: PDF,
}
KEPT_FOR: Final[Mapping[DocumentKind, timedelta]] = dict.fromkeys(DocumentKind, CONTRACT_DOCUMENT)
"""How long a document is kept after the end of its contract."""
