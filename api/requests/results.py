"""Results of operations: the form depends on the kind."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.processes import ProcessType


class RefreshResult(ResponseModel):
    """Result of `refresh`."""

    as_of: datetime | None = Field(description="When the register was queried.")
    started: int = Field(description="Number of grants that started.")
    ended: int = Field(description="Number of grants that ended.")
    unknown: int = Field(description="Number of companies that could not be queried.")
    held: int = Field(
        description="Number of companies of which nothing was applied: it would end more access"
        " than the limits allow, and a person decides."
    )


class ResendResult(ResponseModel):
    """Result of `resend`."""

    skipped_steps: list[str] = Field(description="Steps that operations decided to skip.")


class BulkRetryResult(ResponseModel):
    """Result of `bulk_retry`: the number of items by result."""

    retried: int = Field(description="Number of items that were retried.")
    skipped: int = Field(description="Number of items that were no longer stuck, or had changed.")
    refused: int
    in_doubt: int


class DriftCheckResult(ResponseModel):
    """Result of `drift_check`, in numbers of services unless said otherwise."""

    services: int = Field(description="Active ones here.")
    compared: int = Field(description="Services that were compared.")
    left_out: int = Field(description="Something changed them while they were read.")
    unread: int = Field(description="No list of a network named them: what it has is unknown.")
    unknown_here: int = Field(description="A network named them, and they are none of ours.")
    rejected: int = Field(description="Entries of networks' lists that could not be read.")
    networks_given_up: int = Field(description="Networks whose list was not read to its end.")
    differing: int = Field(description="Differences that were found.")
    new: int = Field(description="Those of them that were not listed before.")
    ended: int = Field(description="Differences that were listed and are no more.")
    to_repair: int = Field(description="New differences that are repaired by themselves.")
    held: int = Field(description="New differences that would be, but are too many at once.")


class ContractSignResult(ResponseModel):
    """Result of `contract_sign`."""

    contract_id: UUID = Field(description="Id of the contract that was signed.")
    approval_id: UUID | None = Field(
        description="The approval in which others are to sign as well. Null: nobody else is needed."
    )


class UsageExtractResult(ResponseModel):
    """Result of `usage_extract`."""

    rows: int = Field(description="Number of rows in the files.")
    rejected: int = Field(description="Records from billing that could not be read.")


Result = (
    ContractSignResult
    | RefreshResult
    | ResendResult
    | BulkRetryResult
    | DriftCheckResult
    | UsageExtractResult
)
RESULTS: Mapping[ProcessType, type[Result]] = {
    ProcessType.CONTRACT_SIGN: ContractSignResult,
    ProcessType.REFRESH: RefreshResult,
    ProcessType.RESEND: ResendResult,
    ProcessType.BULK_RETRY: BulkRetryResult,
    ProcessType.DRIFT_CHECK: DriftCheckResult,
    ProcessType.USAGE_EXTRACT: UsageExtractResult,
}
