"""The reader of the list of people with access, and what they may do about it."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from api.auth.authorization import Authorized
from api.http.sentences import reader_of
from services.delegations.chains import Chain
from services.reviews.authority import reviews_as
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class ListReader:
    """The reader of a list, and what they may do on its account."""

    person_id: UUID | None
    """None: staff."""
    manages: bool
    """In the owner's name, alone or together with others."""
    now: bool
    """They read how it is at this moment."""

    @classmethod
    def of(
        cls, connection: Connection, admitted: Authorized, account_id: UUID, *, now: bool
    ) -> Self:
        person_id = reader_of(connection, admitted).person_id
        if person_id is None:
            return cls(None, manages=False, now=now)
        manages = reviews_as(connection, account_id, person_id) is not None
        return cls(person_id, manages=manages, now=now)

    def may_change(self, chain: Chain) -> bool:
        """Return whether they may change the delegation of this chain."""
        if not (self.now and chain) or self.person_id is None:
            return False
        giver = chain[0].giver
        passed_on = chain[0].passed_on and giver is not None and giver.id == self.person_id
        return self.manages or passed_on
