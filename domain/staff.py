"""Members of staff: the history knows them by a pseudonymous id, people know them by a name."""

import hmac
import json
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from domain.audit import Actor, ActorKind

BREAK_GLASS = "break_glass"
"""Issuer of those who run a command without a sign-in, and code of their events."""


def staff_id(key: bytes, issuer: str, subject: str) -> str:
    """Return the id of the one whom this issuer calls ``subject``, always the same.

    A UUID (RFC 9562, version 8) of an HMAC: without the key nobody can tell whose it is, nor
    confirm a guess. What is digested is JSON, so that no two pairs are written the same.
    """
    pair = json.dumps([issuer, subject], ensure_ascii=False).encode()
    digest = bytearray(hmac.digest(key, pair, "sha256")[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(digest)))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff who acts."""

    id: str
    """``staff_id``: the only thing that events, rows and messages hold."""
    name: str = field(repr=False)
    """Shown to other staff. Kept in the table ``staff`` alone, where it can be erased."""
    broke_glass: bool = False
    """Nobody has proved who it is: see ``Actor.broke_glass``."""

    @classmethod
    def behind_broken_glass(cls, key: bytes, user: str) -> Self:
        """Return whoever runs a command without a sign-in, as ``user@host``."""
        return cls(staff_id(key, BREAK_GLASS, user), f"{user} (break-glass)", broke_glass=True)

    @property
    def actor(self) -> Actor:
        """The actor of events."""
        return Actor(ActorKind.OPS, self.id, broke_glass=self.broke_glass)
