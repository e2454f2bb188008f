"""Services as they are stored, as facts that can be stored again with a change."""

from typing import Any

from sqlalchemy import Row

from domain.accounts import ServiceKind, ServiceStatus
from domain.identifiers import PersonKey
from storage.accounts.services import ServiceFacts

STORED = """SELECT s.id, s.account_id, s.kind, s.number, s.name, s.status, s.network, s.told,
    p.country, p.code
FROM service s LEFT JOIN person p ON p.id = s.user_id"""
"""Rows of services; more conditions follow."""


def facts_of(row: Row[Any]) -> ServiceFacts:
    """Return the facts of a row of ``STORED``."""
    return ServiceFacts(
        row.id,
        row.account_id,
        ServiceKind(row.kind),
        row.number,
        row.name,
        ServiceStatus(row.status),
        None if row.code is None else PersonKey(row.country, row.code),
        row.network,
        row.told,
    )
