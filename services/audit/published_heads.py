"""Read published heads back from the log lines that published them."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from domain.chain_heads import ChainHead
from services.audit.head_signatures import HeadKeys, HeadProblem, PublishedHead

HEAD_EVENT = "event_chain_head"
"""The name of the log line that publishes a head."""
_MENTIONED = 5
_HEX = {"digest": 64, "key_id": 16, "signature": 128}
"""Fields in hex, and how many digits each has: whatever else stands there is not repeated."""


@dataclass(frozen=True, slots=True)
class RejectedHead:
    """A line with a head that cannot be trusted."""

    line: int
    problem: HeadProblem
    key_id: str = ""
    """The key that it says it is signed with."""

    @property
    def text(self) -> str:
        """What is wrong with it, with its line."""
        said = {
            HeadProblem.KEY_UNKNOWN: f"it is signed with the key {self.key_id}, which is not given",
            HeadProblem.MALFORMED: "a field is missing or has another form",
            HeadProblem.SIGNATURE_INVALID: "its signature is not valid",
        }
        return f"line {self.line}: {said[self.problem]}"


@dataclass(slots=True)
class ReadHeads:
    """The heads in some log lines: those to be trusted, and how many are not."""

    heads: list[ChainHead] = field(default_factory=list)
    rejected: int = 0
    first_rejected: list[RejectedHead] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """What is wrong with the first rejected ones, with their lines."""
        return [each.text for each in self.first_rejected]

    def reject(self, found: RejectedHead) -> None:
        """Count a head that cannot be trusted."""
        self.rejected += 1
        if len(self.first_rejected) < _MENTIONED:
            self.first_rejected.append(found)


def read_heads(lines: Iterable[str], keys: HeadKeys) -> ReadHeads:
    """Read the published heads in these lines. All others are passed over.

    A line may have a prefix before its JSON, as ``docker compose logs`` and Kubernetes' files do,
    or be wrapped as in Docker's own files.
    """
    found = ReadHeads()
    for number, text in enumerate(lines, start=1):
        document = _document(text) if HEAD_EVENT in text else None
        if document is None or document.get("event") != HEAD_EVENT:
            continue
        published = _published(document)
        if published is None:
            found.reject(RejectedHead(number, HeadProblem.MALFORMED))
        elif (problem := keys.problem(published)) is not None:
            found.reject(RejectedHead(number, problem, published.key_id))
        else:
            found.heads.append(published.head)
    return found


def _document(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text[text.index("{") :])
        if isinstance(document.get("log"), str):
            document = json.loads(document["log"])
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _published(document: dict[str, Any]) -> PublishedHead | None:
    position, at = document.get("position"), document.get("at")
    texts = [str(document.get(name)) for name in _HEX]
    if type(position) is not int or not isinstance(at, str):
        return None
    if not all(map(_is_hex, texts, _HEX.values())):
        return None
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    digest, key_id, signature = texts
    return PublishedHead(ChainHead(position, digest, moment), key_id, signature)


def _is_hex(text: str, digits: int) -> bool:
    return re.fullmatch(f"[0-9a-f]{{{digits}}}", text) is not None
