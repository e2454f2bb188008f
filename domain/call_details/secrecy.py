"""Secrecy of call details: how much of whose calls somebody is shown.

Sources: Electronic Communications Act (ESS) § 102, details of use are secret, also those of people
who use a number with the customer's consent; § 108, a withheld caller's number does not reach the
called party, even later. Decision 0077.

What a level hides is hidden while a record is read, before anything is written.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from domain.access.decisions import permissions_on
from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission
from domain.call_details.records import Direction


class Level(StrEnum):
    """Level of a service's call details: how much of them is shown."""

    OWN = "own"
    """The caller's own number: whole numbers, and calls that came in."""
    FULL = "full"
    """Somebody else's number: calls that went out or were forwarded, with whole numbers."""
    MASKED = "masked"
    """Calls that went out or were forwarded, with the end of the other number hidden."""


ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when what is of all times is somebody's."""
HIDDEN = "•"
"""In place of a digit that is hidden."""
HIDDEN_DIGITS = 4
"""As many of the last digits are hidden."""
_EUROPEAN = re.compile(r"112|116[0-9]{3}")
# Estonia's numbering plan: every short number begins with 1, no subscriber's number does.
_SHORT = re.compile(r"1[0-9]{2,4}")
_HOME_CODE = re.compile(r"(\+|00)372(?=1)")
_WRITTEN = re.compile(r"[\s()./-]+")
_NUMBER = re.compile(r"\+?[0-9]{5,20}")


@dataclass(frozen=True, slots=True)
class Holder:
    """A caller, as far as it decides what call details they are shown on an account."""

    held: Sequence[Grant]
    """Their grants on the account that are in force."""
    own_since: Mapping[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    """Services whose number is theirs, and since when it certainly is."""
    owned_since: datetime | None = None
    """When the account got its present owner: what was before is nobody's. None: always."""

    def levels(self, service_id: UUID, begins_at: datetime) -> frozenset[Level]:
        """Return every level at which they may see this service's records from a moment on.

        Empty: none, as of what was before the account got its owner. The calls of whoever had the
        number before are not their own, nor are those of who has it now: of them a proved number
        gives nothing, not even masked. It counts while a grant of that origin is in force.
        """
        if self.owned_since is not None and begins_at < self.owned_since:
            return frozenset()
        permissions = self._given_on(service_id)
        found = set[Level]()
        own_since = self._own_since(service_id)
        if own_since is not None and own_since <= begins_at:
            found |= {Level.OWN, Level.MASKED}
        if Permission.CALL_DETAILS_FULL in permissions:
            found.add(Level.FULL)
        if permissions & {Permission.CALL_DETAILS_REQUEST, Permission.CALL_DETAILS_FULL}:
            found.add(Level.MASKED)
        return frozenset(found)

    def sums_since(self, service_id: UUID, permission: Permission) -> datetime | None:
        """Return from when on they see sums of a service's use that this permission shows.

        None: of no time. Like call details, sums of the times when a number was another's are not
        for whoever merely proved it.
        """
        if permission in self._given_on(service_id):
            return ALWAYS
        by_number = [grant for grant in self.held if _is_of_a_number(grant)]
        is_proved = permission in permissions_on(by_number, service_id)
        return self._own_since(service_id) if is_proved else None

    def _given_on(self, service_id: UUID) -> frozenset[Permission]:
        """Return the permissions that they have there not merely by having proved its number."""
        given = [grant for grant in self.held if not _is_of_a_number(grant)]
        return frozenset(permissions_on(given, service_id))

    def _own_since(self, service_id: UUID) -> datetime | None:
        proved = (
            grant.origin is Origin.NUMBER_VERIFICATION and grant.service_id in {None, service_id}
            for grant in self.held
        )
        return self.own_since.get(service_id) if any(proved) else None

    def levels_of_all(self, service_ids: Iterable[UUID], begins_at: datetime) -> frozenset[Level]:
        """Return the levels that they may ask for over several services: what they have on each."""
        each = [self.levels(service_id, begins_at) for service_id in service_ids]
        return frozenset.intersection(*each) if each else frozenset()


def _is_of_a_number(grant: Grant) -> bool:
    return grant.origin is Origin.NUMBER_VERIFICATION and grant.service_id is not None


def level_unasked(levels: Collection[Level]) -> Level | None:
    """Return the level where none was asked for: never ``full``, which needs a purpose."""
    return next((level for level in (Level.OWN, Level.MASKED) if level in levels), None)


def shows(level: Level, direction: Direction) -> bool:
    """Return whether records of this direction are shown: what came in only to its own user."""
    return level is Level.OWN or direction is not Direction.INCOMING


def shown_number(number: str | None, level: Level, *, withheld: bool) -> str | None:
    """Return the other number as this level shows it; None: there is none, or it was withheld.

    ``number``: as billing wrote it. What is no number, such as a sender's name or an address, is
    hidden whole.
    """
    if withheld or not number:
        return None
    if level is not Level.MASKED:
        return number
    bare = _WRITTEN.sub("", number)
    dialled = _HOME_CODE.sub("", bare)
    if _EUROPEAN.fullmatch(dialled) or _SHORT.fullmatch(dialled):
        return dialled
    if not _NUMBER.fullmatch(bare):
        return HIDDEN * HIDDEN_DIGITS
    return bare[:-HIDDEN_DIGITS] + HIDDEN * HIDDEN_DIGITS
