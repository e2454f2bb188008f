"""Lines of import files, column by column."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from domain.accounts import AccountStatus, OwnerKind, ServiceKind, ServiceStatus
from domain.delegations.imported import EARLIEST
from domain.identity import LONGEST_NAME
from domain.provisioning.targets import TARGET_NAME

Name = Annotated[str, Field(max_length=300)]


class AccountLine(BaseModel, frozen=True):
    """One account, column by column."""

    id: UUID
    reference: Annotated[str, Field(max_length=100)]
    name: Name = ""
    owner_kind: OwnerKind
    owner_country: str
    owner_code: str
    status: AccountStatus


class ServiceLine(BaseModel, frozen=True):
    """One service, column by column."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{4,14}$")] | None = None
    name: Name = ""
    status: ServiceStatus
    user_country: str | None = None
    user_code: str | None = None
    network: Annotated[str, Field(pattern=TARGET_NAME)] | None = None
    characteristics: str | None = None


class DelegationLine(BaseModel, frozen=True):
    """One delegation, column by column. ``permissions`` and ``service_ids``: between spaces."""

    id: UUID
    account_id: UUID
    receiver_country: str
    receiver_code: str
    receiver_name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    role: str | None = None
    permissions: str | None = None
    service_ids: str | None = None
    from_day: Annotated[date, Field(ge=EARLIEST)]
    through_day: date | None = None
    may_pass_on: bool = False
