"""Zip archives of containers: made of the same bytes each time, and read with suspicion."""

import io
import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.words import CONTAINER_TYPE, MIMETYPE_FILE

MOST_ENTRIES: Final = 100
MOST_BYTES: Final = 50_000_000
"""Of all entries together, uncompressed."""

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3
_ENCRYPTED = 0x1
# EN 319 162-1, A.1: a reader finds the type at a fixed place, so nothing may stand before it.
_BEGINNING = b"PK\x03\x04"
_NAME_AT = 30
_TYPE_BYTES = (MIMETYPE_FILE + CONTAINER_TYPE).encode()
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def write_archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Make a container's archive of these entries; its type is put before them.

    Nothing is compressed: PDFs hardly get smaller, and versions of zlib differ in their bytes.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in ((MIMETYPE_FILE, CONTAINER_TYPE.encode()), *entries):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            archive.writestr(entry, content)
    return made.getvalue()


def read_archive(content: bytes) -> dict[str, bytes]:
    """Read a container's archive, without its type. Nothing is written to a disk.

    Raises ContainerRefused where it is not one, is larger than it may be, or has an entry twice.
    """
    found = content[_NAME_AT : _NAME_AT + len(_TYPE_BYTES)]
    if not content.startswith(_BEGINNING) or found != _TYPE_BYTES:
        raise ContainerRefused(ContainerFault.NOT_A_CONTAINER)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            # zipfile stops at the size that was added up, and refuses what does not end there.
            entries = {each.filename: archive.read(each) for each in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error):
        raise ContainerRefused(ContainerFault.NOT_A_CONTAINER) from None
    if entries.pop(MIMETYPE_FILE, None) != CONTAINER_TYPE.encode():
        raise ContainerRefused(ContainerFault.NOT_A_CONTAINER)
    return entries


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_BYTES:
        raise ContainerRefused(ContainerFault.TOO_LARGE)
    if len({each.filename for each in entries}) != len(entries):
        raise ContainerRefused(ContainerFault.WRONG_NAME)
    for each in entries:
        if each.flag_bits & _ENCRYPTED or each.compress_type not in _METHODS:
            raise ContainerRefused(ContainerFault.NOT_A_CONTAINER)
        # A name of another length was cut at a NUL, or rewritten, by zipfile: readers may differ.
        if each.filename != each.orig_filename:
            raise ContainerRefused(ContainerFault.WRONG_NAME)
