"""Every table, imported once so that the metadata is whole (migrations, `alembic check`)."""

from storage import (
    access,
    history,
    parties,
    requests,
    step_tables,
    sync,
    verification_tables,
)
from storage.columns import metadata

__all__ = [
    "access",
    "history",
    "metadata",
    "parties",
    "requests",
    "step_tables",
    "sync",
    "verification_tables",
]
