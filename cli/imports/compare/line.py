"""A line of the file that says who has access today by the old system."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from cli.imports.checked_lines import checked
from cli.imports.record_reader import BadLine
from domain.access.permissions import ACCESS_ROLES, Permission, Role
from domain.comparisons.old_access import OldAccess
from domain.delegations import terms
from domain.delegations.refusals import DelegationRefused
from domain.identifiers import InvalidIdentifier, PersonKey


class OldAccessLine(BaseModel, frozen=True):
    """Access of one person, column by column. ``permissions``: between spaces."""

    person_country: str = "EE"
    person_code: str
    account_reference: Annotated[str, Field(max_length=100)]
    role: str | None = None
    permissions: str | None = None
    service_id: UUID | None = None
    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{4,14}$")] | None = None
    through_day: date | None = None


COLUMNS = tuple(OldAccessLine.model_fields)
OPTIONAL = tuple(
    name for name, field in OldAccessLine.model_fields.items() if not field.is_required()
)


def old_access(values: Mapping[str, str], today: date) -> OldAccess | None:
    """Parse the access of a line; None: its last day has passed. Raises BadLine."""
    line = checked(OldAccessLine, values)
    try:
        person = PersonKey.of(line.person_country, line.person_code, today=today)
    except InvalidIdentifier as error:
        raise BadLine("invalid_person", str(error)) from None
    role, permissions = _given(line)
    if line.service_id is not None and line.number is not None:
        raise BadLine("invalid_value", "service_id or number: not both")
    if line.through_day is not None and line.through_day < today:
        return None
    on = (line.service_id, line.number)
    return OldAccess(person, line.account_reference, role, permissions, *on)


def _given(line: OldAccessLine) -> tuple[str, frozenset[Permission]]:
    if (line.role is None) == (line.permissions is None):
        raise BadLine("invalid_value", "role or permissions: one of the two")
    if line.role is None:
        try:
            return terms.composed((line.permissions or "").split())
        except DelegationRefused as refused:
            raise BadLine(refused.refusals[0]) from None
    if line.role not in ACCESS_ROLES:
        raise BadLine("unknown_role", f"known are {', '.join(ACCESS_ROLES)}")
    return line.role, ACCESS_ROLES[Role(line.role)].permissions
