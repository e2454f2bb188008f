"""Accounts and services: their kinds, their statuses, and why a record of one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from domain.identifiers import CompanyKey, PersonKey


class AccountKind(StrEnum):
    """Kind of an account, by its owner."""

    PRIVATE = "private"
    """A person's."""
    BUSINESS = "business"
    """A company's."""

    @classmethod
    def of(cls, company_id: UUID | None) -> Self:
        """The kind of the account whose owner is this company; None: its owner is a person."""
        return cls.PRIVATE if company_id is None else cls.BUSINESS

    @classmethod
    def of_owner(cls, owner: CompanyKey | PersonKey) -> Self:
        """The kind of the account of this owner."""
        return cls.PRIVATE if isinstance(owner, PersonKey) else cls.BUSINESS


class OwnerKind(StrEnum):
    """Kind of an account's owner."""

    COMPANY = "company"
    PERSON = "person"


class AccountStatus(StrEnum):
    """Status of an account at the operator."""

    ACTIVE = "active"
    CLOSED = "closed"


class ServiceKind(StrEnum):
    """Kind of a service."""

    MOBILE = "mobile"
    FIXED_LINE = "fixed_line"
    INTERNET = "internet"
    ROUTER = "router"
    MOBIIL_ID = "mobiil_id"

    @property
    def owns_number(self) -> bool:
        """True if its number is its own. A Mobiil-ID shares the number of its SIM."""
        return self is not ServiceKind.MOBIIL_ID


class ServiceStatus(StrEnum):
    """Status of a service at the operator."""

    PENDING = "pending"
    """A contract is about to start it. Only the engine says so."""
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ServiceLabel:
    """Label of a service, for people. ``number`` is E.164; None: none, or it is not shown."""

    id: UUID
    kind: ServiceKind
    number: str | None
    name: str

    @classmethod
    def of_json(cls, value: Mapping[str, Any] | None) -> Self | None:
        """From the row as JSON; None for None."""
        if value is None:
            return None
        return cls(UUID(value["id"]), ServiceKind(value["kind"]), value["number"], value["name"])


class RecordRefusal(StrEnum):
    """Why the record of an account or a service is refused. Codes of the API's problems."""

    ACCOUNT_UNKNOWN = "account_unknown"
    """A service names an account that does not exist."""
    NUMBER_TAKEN = "number_taken"
    """Another active service has the number."""
    REFERENCE_TAKEN = "reference_taken"
    """Another account has the reference."""
