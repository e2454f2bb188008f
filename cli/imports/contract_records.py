"""Parse the columns of a line into the record of a contract."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from api.http.schemas import CLOCK_SKEW, AnyMoment
from cli.imports.checked_lines import checked, ids_of, user_of
from cli.imports.record_reader import BadLine
from cli.imports.record_types import RecordType
from domain.contracts.states import ContractState
from domain.contracts.told import MOST_CENTS, MOST_SERVICES, ToldContract, end_fault
from domain.inventory.characteristics import ICCID
from services.contracts.tell import contract_records

Cents = Annotated[int, Field(ge=0, le=MOST_CENTS)]


class ContractLine(BaseModel, frozen=True):
    """One contract, column by column. ``service_ids``: between spaces."""

    id: UUID
    account_id: UUID
    product: Annotated[str, Field(max_length=100)]
    state: Literal[
        ContractState.ACTIVE, ContractState.SUSPENDED, ContractState.ENDING, ContractState.ENDED
    ]
    service_ids: str | None = None
    product_version: Annotated[str, Field(max_length=20)] | None = None
    user_country: str | None = None
    user_code: str | None = None
    host_service_id: UUID | None = None
    sim: Annotated[str, Field(pattern=f"^{ICCID}$")] | None = None
    signed_at: AnyMoment | None = None
    starts_on: date | None = None
    committed_until: date | None = None
    expires_on: date | None = None
    billed_until: date | None = None
    number_kept_until: AnyMoment | None = None
    device_value_left_cents: Cents | None = None
    device_instalments_left_cents: Cents | None = None
    terms_changed_on: date | None = None
    ends_at: AnyMoment | None = None


def contract_record(values: Mapping[str, str], today: date) -> ToldContract:
    """Parse the contract of a line. Raises BadLine."""
    line = checked(ContractLine, values)
    latest = datetime.now(UTC) + CLOCK_SKEW
    if fault := end_fault(line.state, line.ends_at, latest):
        raise BadLine("invalid_value", fault)
    services = ids_of(line.service_ids)
    if len(services) > MOST_SERVICES:
        raise BadLine("invalid_value", f"service_ids: at most {MOST_SERVICES}")
    columns = line.model_dump(exclude={"service_ids", "user_country", "user_code"})
    user = user_of(line.user_country, line.user_code, today)
    return ToldContract(**columns, services=tuple(sorted(services)), user=user)


_NEEDED = ("id", "account_id", "product", "state")


def contracts(zone: ZoneInfo) -> RecordType[ToldContract]:
    """Return contracts as a type of record; ``zone``: of the days on which their terms end."""
    optional = tuple(name for name in ContractLine.model_fields if name not in _NEEDED)
    return RecordType(contract_records(zone), ContractLine, contract_record, optional=optional)
