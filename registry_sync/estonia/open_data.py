"""The open-data file of persons on register cards: fingerprints of all companies.

A trigger, never the truth: it has no personal codes, masks the signing rules, and leaves deleted
companies out.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import httpx

from domain.registry.bulk_file import BulkFile, BulkRow
from domain.registry.register import Defect, RegisterUnknown
from registry_sync.estonia.download import Download, Progress
from registry_sync.estonia.open_data_fingerprint import fingerprint
from registry_sync.estonia.open_data_records import Unreadable, companies

# What zipfile and the JSON decoder raise for bytes that are no such file, RecursionError where
# brackets are nested deeper than the stack. None of it passes by itself.
_DAMAGE = (
    BadZipFile, zlib.error, EOFError, NotImplementedError, RecursionError, struct.error, ValueError
)  # fmt: skip
# The register's own; others may want gigabytes of memory to be unpacked (LZMA), or a password.
_COMPRESSIONS = {ZIP_STORED, ZIP_DEFLATED}
_ENCRYPTED = 0x1
# Sixteen times the register's file of 2026. zipfile reads no more of a member than it says it has.
_UNPACKED_AT_MOST = 16 << 30
_REGISTRY_CODES = range(10_000_000, 100_000_000)


class OpenDataFile:
    """Port ``RegisterFile`` for Estonia."""

    name: str = "ee-open-data"
    country: str = "EE"

    def __init__(self, http: httpx.Client, url: str, directory: Path) -> None:
        self._download = Download(http, url, directory, self.name)

    def fetch(self, known_version: str | None, progress: Progress) -> BulkFile | None:
        """Download the file, resuming a broken download. See ``Download.fetch``."""
        return self._download.fetch(known_version, progress)

    def rows(self, file: BulkFile, reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
        """Stream each company once, in the file's order; a piece of the file in memory at a time.

        A record that cannot be read goes to ``reject``, under its registry code where that
        much can be read. Raises RegisterUnknown ``file_damaged``, perhaps after many rows; the
        file is removed then, so that the next ``fetch`` does not take it up again.
        """
        try:
            with ZipFile(file.path) as archive, archive.open(_only_member(archive)) as member:
                yield from _rows(member, reject)
        except FileNotFoundError:
            raise RegisterUnknown("file_missing", retry=False) from None
        except _DAMAGE as error:
            Path(file.path).unlink(missing_ok=True)
            raise RegisterUnknown("file_damaged", type(error).__name__, retry=False) from error


def _only_member(archive: ZipFile) -> ZipInfo:
    """Return the file's one JSON member. Raises BadZipFile unless it can be unpacked safely."""
    members = [member for member in archive.infolist() if member.filename.endswith(".json")]
    if len(members) != 1:
        raise BadZipFile("not exactly one JSON file")
    (member,) = members
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _COMPRESSIONS:
        raise BadZipFile("encrypted, or compressed in another way")
    if member.file_size > _UNPACKED_AT_MOST:
        raise BadZipFile("too large when unpacked")
    return member


def _rows(member: IO[bytes], reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
    seen: set[int] = set()
    for number, company in enumerate(companies(member), 1):
        if isinstance(company, Unreadable):
            key = company.code or f"record {number}"
            reject(Defect(key, "record_unreadable", company.detail))
            continue
        code = company.ariregistri_kood
        if code not in _REGISTRY_CODES:
            reject(Defect(f"record {number}", "registry_code_invalid", "not eight digits"))
            continue
        if code in seen:
            reject(Defect(str(code), "record_repeated", f"record {number}"))
            continue
        seen.add(code)
        yield BulkRow(str(code), fingerprint(company))
