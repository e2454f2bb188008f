"""Check the columns of a line, and read those that several kinds of records have."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from cli.imports.record_reader import BadLine
from domain.identifiers import InvalidIdentifier, PersonKey

L = TypeVar("L", bound=BaseModel)

_ID = "must be a UUID"
_DAY = "must be a day like 2027-01-31"
_MOMENT = "must be a moment like 2027-01-31T09:00:00+02:00"
# Replaces pydantic's text where it would quote the value or be unclear to the file's author.
_WANTED = {
    "id": _ID,
    "account_id": _ID,
    "host_service_id": _ID,
    "service_id": _ID,
    "from_day": _DAY,
    "through_day": _DAY,
    "starts_on": _DAY,
    "as_of": _DAY,
    "source": "must be a name like annual_report",
    "committed_until": _DAY,
    "expires_on": _DAY,
    "billed_until": _DAY,
    "signed_at": _MOMENT,
    "number_kept_until": _MOMENT,
    "ends_at": _MOMENT,
    "may_pass_on": "must be true or false",
    "number": "must be international, like +37255512345",
    "sim": "must be an ICCID",
}


def checked(model: type[L], values: Mapping[str, str]) -> L:
    """Return the columns of a line as its model. Raises BadLine, never with a value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        column = str(first["loc"][0])
        if first["type"] == "missing":
            raise BadLine("missing_value", column) from None
        raise BadLine("invalid_value", f"{column}: {_WANTED.get(column, first['msg'])}") from None


def ids_of(service_ids: str | None) -> frozenset[UUID]:
    """Return the services of a line: ids with spaces between them. Raises BadLine."""
    try:
        return frozenset(map(UUID, (service_ids or "").split()))
    except ValueError:
        raise BadLine("invalid_value", "service_ids: must be UUIDs") from None


def user_of(country: str | None, code: str | None, today: date) -> PersonKey | None:
    """Return the user that a line names, of Estonia unless it says otherwise. Raises BadLine."""
    if code is None:
        return None
    try:
        return PersonKey.of(country or "EE", code, today=today)
    except InvalidIdentifier as error:
        raise BadLine("invalid_user", str(error)) from None
