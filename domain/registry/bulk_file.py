"""A register's whole file, when it is refused, and what comparing it with the last one gives."""

from dataclasses import dataclass
from typing import NamedTuple

UNNAMED_RECORD = "record "
"""Beginning of a rejected record's key where its company cannot be read; its number follows."""


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A register's whole file, on this machine's disk."""

    path: str
    version: str
    """The server's name of this version (ETag or Last-Modified)."""
    sha256: str
    size: int


class BulkRow(NamedTuple):
    """One company of a bulk file. Equal fingerprints: nothing about who may act has changed."""

    code: str
    fingerprint: str
    """32 hexadecimal digits."""


class FileRefusedError(Exception):
    """The file cannot be trusted; nothing of it was used."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits beyond which a file is refused."""

    least_share: float = 0.95
    """Of the companies in the last good file."""
    most_rejected: int = 20_000
    """Records that cannot be used; each is kept in memory, and then in a row. 5 % of all companies
    of Estonia: the share above refuses such a file too, but only where there was an earlier one."""

    def check(self, companies: int, before: int) -> None:
        """Raise FileRefusedError for a file that is empty, or too short beside the last one."""
        if companies < self.least_share * before or not companies:
            raise FileRefusedError(
                "file_too_short", f"{companies} companies, the last file had {before}"
            )

    def check_rejected(self, records: int) -> None:
        """Raise FileRefusedError for a file of which too much cannot be used."""
        if records > self.most_rejected:
            raise FileRefusedError(
                "file_unreadable", f"more than {self.most_rejected} records cannot be used"
            )


@dataclass(frozen=True, slots=True)
class Compared:
    """Result of comparing a file with the last good one, in companies."""

    companies: int
    appeared: int
    changed: int
    vanished: int
    to_query: int
    """Companies of the run that the register is queried about."""
    rejected: int
