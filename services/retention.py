"""Use case: delete data past its retention time."""

from storage import retention
from storage.database import Database
from workflows.catalog import KEPT_FOR


def tidy(database: Database) -> None:
    """Delete what is past its time, as long after its end as each type of process says."""
    retention.tidy(database, KEPT_FOR)
