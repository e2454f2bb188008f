"""Rules of erasing data about a person (GDPR Article 17), see docs/data.md.

Erasing keeps the person's id and what is known by it alone: grants, history, past register states.
The code becomes a pseudonym that nobody can log in with, names and numbers go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.identifiers import CompanyKey, PersonKey
from domain.reasons import Reason

NO_COUNTRY = "--"
"""Country of every pseudonym. No register, token or request can name it: countries are letters."""
ERASED_NUMBER = "erased"
"""Stands for a phone number that was erased. No E.164 number."""


def pseudonym_of(person_id: UUID) -> PersonKey:
    """Return the key that an erased person has. Made of the random id: nothing leads back."""
    return PersonKey(NO_COUNTRY, str(person_id))


def company_pseudonym_of(company_id: UUID) -> CompanyKey:
    """Return the key of a sole trader's company once its person is erased."""
    return CompanyKey(NO_COUNTRY, str(company_id))


class ErasureGround(StrEnum):
    """Why data is erased: the grounds of Article 17(1) that can apply to what is held here."""

    NO_LONGER_NEEDED = "no_longer_needed"
    """(a): the data is no longer needed for its purposes."""
    OBJECTION = "objection"
    """(c): the person objects, and no overriding reason remains."""
    UNLAWFUL = "unlawful"
    """(d): it should never have been held."""
    LEGAL_OBLIGATION = "legal_obligation"
    """(e): a law or an authority orders it."""


class Obstacle(StrEnum):
    """Why a person's data cannot be erased now (Article 17(1)(a) and (3)): it is still needed."""

    ACCESS = "access"
    ACCOUNT = "account"
    SERVICE = "service"
    REGISTER = "register"
    PROCESS = "process"
    FREEZE = "freeze"


OBSTACLES: Mapping[Obstacle, str] = {
    Obstacle.ACCESS: "The person has access: end the grants first",
    Obstacle.ACCOUNT: "The person owns an active account: close it first",
    Obstacle.SERVICE: "The person is the user or owner of an active service: end it first",
    Obstacle.REGISTER: "The Commercial Register names the person for a company that is a customer",
    Obstacle.FREEZE: "The person is frozen, which erasing would undo: lift the freeze first",
    Obstacle.PROCESS: "A verification, operation or sync run that concerns the person is open",
}


@dataclass(frozen=True, slots=True)
class TableChange:
    """Number of rows of a table that an erasure concerns."""

    table: str
    removed: int = 0
    pseudonymised: int = 0


@dataclass(frozen=True, slots=True)
class Erasure:
    """Result of erasing a person's data, or of trying it out."""

    person_id: UUID
    erased_at: datetime | None
    """When it was erased for the first time; None: it is not."""
    obstacles: Mapping[Obstacle, int]
    """Number of rows that block the erasure. Nothing was changed if there are any."""
    changes: tuple[TableChange, ...]
    """What was changed; empty where nothing was left to erase."""


def erased_because(ground: ErasureGround) -> Reason:
    """Return the reason of an erasure."""
    return Reason("erased", "The person's data was erased", {"ground": ground.value})


EXPORTED = Reason("exported", "Everything held about the person was exported")
