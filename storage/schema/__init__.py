"""Every table, imported once so that the metadata is whole (migrations, `alembic check`)."""

from storage.schema import (
    access,
    access_requests,
    approvals,
    audit,
    delegations,
    departures,
    documents,
    inventory,
    mandates,
    messages,
    numbers,
    parties,
    processes,
    provisioning,
    registry,
    requests,
    signing_rules,
)
from storage.schema.columns import metadata

__all__ = [
    "access",
    "access_requests",
    "approvals",
    "audit",
    "delegations",
    "departures",
    "documents",
    "inventory",
    "mandates",
    "messages",
    "metadata",
    "numbers",
    "parties",
    "processes",
    "provisioning",
    "registry",
    "requests",
    "signing_rules",
]
