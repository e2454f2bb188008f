"""Use case of published heads: whoever has the log lines compares them with the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.chain_heads import ChainHead
from services.audit.head_signatures import HeadKeys
from services.audit.published_heads import ReadHeads, read_heads
from storage.audit import chain_check
from storage.database import Database


class HeadVerdict(StrEnum):
    """What the chain says of a head that was published."""

    AGREES = "agrees"
    CONTRADICTED = "contradicted"
    """The chain has another hash there: history was rewritten up to there."""
    CUT_OFF = "cut_off"
    """The chain has no such position any more: its end was cut off."""


@dataclass(frozen=True, slots=True)
class ComparedHead:
    """A head whose signature is valid, and what the chain says of it."""

    head: ChainHead
    verdict: HeadVerdict


@dataclass(frozen=True, slots=True)
class ComparedHeads:
    """The heads in some log lines, compared with the hashes that the chain has now."""

    compared: Sequence[ComparedHead]
    """In the order of their positions."""
    read: ReadHeads


def compare(database: Database, lines: str, keys: HeadKeys) -> ComparedHeads:
    """Compare the heads in these log lines. That the chain itself is whole is checked apart."""
    read = read_heads(lines.splitlines(), keys)
    with database.reading() as connection:
        hashes = chain_check.hashes(connection, {head.position for head in read.heads})
    ordered = sorted(read.heads, key=lambda head: (head.position, head.at))
    compared = [ComparedHead(head, _verdict(head, hashes.get(head.position))) for head in ordered]
    return ComparedHeads(compared, read)


def _verdict(head: ChainHead, found: str | None) -> HeadVerdict:
    if found is None:
        return HeadVerdict.CUT_OFF
    return HeadVerdict.AGREES if found == head.digest else HeadVerdict.CONTRADICTED
