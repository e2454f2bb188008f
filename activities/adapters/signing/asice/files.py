"""Files that are signed, and the names that they may have in a container."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused

_LONGEST_NAME = 255
_MIME_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# What a file system, a shell or an XML document would read as something else than a name.
_FORBIDDEN = frozenset('/\\:*?"<>|')
_RESERVED = frozenset({".", "..", "mimetype", "meta-inf"})


@dataclass(frozen=True)
class DataFile:
    """A file that is signed: its name in the container, its type and its bytes."""

    name: str
    mime_type: str
    content: bytes


def check_files(files: Sequence[DataFile]) -> None:
    """Raise ContainerRefused unless these files can stand in one container."""
    if not files:
        raise ContainerRefused(ContainerFault.NO_FILE)
    if not all(_is_name(each.name) and _MIME_TYPE.fullmatch(each.mime_type) for each in files):
        raise ContainerRefused(ContainerFault.WRONG_NAME)
    # Names that a file system takes for one would let a reader see another file than was signed.
    if len({unicodedata.normalize("NFC", each.name).casefold() for each in files}) != len(files):
        raise ContainerRefused(ContainerFault.WRONG_NAME)


def _is_name(name: str) -> bool:
    return (
        0 < len(name.encode(errors="replace")) <= _LONGEST_NAME
        and name.isprintable()
        and not _FORBIDDEN & set(name)
        and name.strip(" .") != ""
        and name.casefold() not in _RESERVED
    )
