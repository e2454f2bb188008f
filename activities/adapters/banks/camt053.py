"""Statements of accounts as banks write them: camt.053.001.02 and camt.053.001.08 (ISO 20022).

Everything that is not understood refuses the whole statement: a line that was skipped would be
money that nobody sees. What is left out on purpose is what is not booked (yet), and what the
operator itself paid or got back of it.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from activities.adapters.banks import camt053_entries
from activities.adapters.banks.camt053_values import (
    StatementFault,
    StatementRefused,
    all_of,
    text_of,
)
from domain.payments.ibans import same_account
from domain.payments.orders import Entry, Statement

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
_VERSIONS = ("02", "08")
_MOST_BYTES = 50 * 1024 * 1024


def read_statement(xml: bytes, statement_id: str, account: str) -> Statement:
    """Read the booked lines of a statement of this account (IBAN). Raises StatementRefused.

    ``statement_id``: by which the bank handed it out. A message may hold several parts; all of them
    must be of this account.
    """
    root = _parsed(xml)
    parts = all_of(root, "BkToCstmrStmt/Stmt")
    if not parts:
        raise StatementRefused(StatementFault.UNREADABLE)
    entries = tuple(entry for part in parts for entry in _entries(part, account))
    references = [each.bank_reference for each in entries]
    if len(set(references)) < len(references):  # one of the two would be taken for known
        raise StatementRefused(StatementFault.REFERENCE_TWICE)
    return Statement(statement_id, account, entries)


def _parsed(xml: bytes) -> Element:
    if len(xml) > _MOST_BYTES:
        raise StatementRefused(StatementFault.TOO_LONG)
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise StatementRefused(StatementFault.UNREADABLE) from None
    if root.tag not in {f"{{{_NAMESPACE}{version}}}Document" for version in _VERSIONS}:
        raise StatementRefused(StatementFault.OTHER_FORMAT)
    return root


def _entries(part: Element, account: str) -> Iterator[Entry]:
    if not same_account(text_of(part, "Acct/Id/IBAN") or "", account):
        raise StatementRefused(StatementFault.OTHER_ACCOUNT)
    part_id = text_of(part, "Id")
    if part_id is None:
        raise StatementRefused(StatementFault.UNREADABLE)
    for position, line in enumerate(all_of(part, "Ntry"), 1):
        yield from camt053_entries.entries_of(line, f"{part_id}/{position}")
