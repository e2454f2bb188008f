"""Use of access: on which day somebody last used what they may do on an account."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.identifiers import PersonKey


@dataclass(frozen=True, slots=True)
class Use:
    """A person used their access to an account on a day of the installation's zone."""

    person: UUID | PersonKey
    account_id: UUID
    day: date

    def as_json(self) -> dict[str, Any]:
        """The use as one row of what is to be recorded."""
        row = {"account_id": str(self.account_id), "day": self.day.isoformat()}
        if isinstance(self.person, UUID):
            return row | {"person_id": str(self.person)}
        return row | {"country": self.person.country, "code": self.person.code}
