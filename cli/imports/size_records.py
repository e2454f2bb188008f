"""Parse the columns of a line into the size of an account's owner."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from cli.imports.checked_lines import checked
from cli.imports.record_reader import BadLine
from cli.imports.record_types import RecordType
from domain.contracts import sizes
from domain.contracts.sizes import CustomerSize, SizeClass, ToldSize
from services.accounts.customer_sizes import SIZES as RECORDS


class SizeLine(BaseModel, frozen=True):
    """Size of the owner of one account, column by column."""

    account_id: UUID
    size_class: SizeClass
    source: Annotated[str, Field(pattern=f"^{sizes.SOURCE}$")]
    as_of: date


def size_record(values: Mapping[str, str], today: date) -> ToldSize:
    """Parse the size of a line. Raises BadLine."""
    line = checked(SizeLine, values)
    if not sizes.is_knowable(line.as_of, today):
        raise BadLine("invalid_value", "as_of: must not be in the future")
    return ToldSize(line.account_id, CustomerSize(line.size_class, line.source, line.as_of))


SIZES = RecordType(RECORDS, SizeLine, size_record)
