"""Members of staff: the history knows them by a pseudonymous id, people know them by a name."""

import hmac
import json
import unicodedata
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from domain.audit import Actor, ActorKind

COMMAND_LINE = "cli"
"""Issuer of those who run commands: the command line has no login of its own yet."""


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


def user_name(name: str) -> str:
    """Return the canonical form of a user name: ``Kati`` and ``kati`` are one user."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff who acts."""

    id: str
    """``staff_id``: the only thing that events, rows and messages hold."""
    name: str = field(repr=False)
    """Shown to other staff. Kept in the table ``staff`` alone, where it can be erased."""

    @classmethod
    def of_command(cls, key: bytes, name: str) -> Self:
        """Return the one who runs a command under this user's name."""
        subject = user_name(name)
        return cls(staff_id(key, COMMAND_LINE, subject), subject)

    @property
    def actor(self) -> Actor:
        """The actor of events."""
        return Actor(ActorKind.OPS, self.id)
