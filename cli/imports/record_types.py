"""Parse the columns of a line into the record of an account, a service, a delegation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import BaseModel

from cli.imports.checked_lines import checked, ids_of, user_of
from cli.imports.line_models import AccountLine, DelegationLine, ServiceLine
from cli.imports.record_reader import BadLine
from cli.imports.told_characteristics import told_characteristics
from domain.access.permissions import Permission
from domain.accounts import OwnerKind
from domain.delegations import checks, terms
from domain.delegations.departures import DepartureRules
from domain.delegations.imported import ImportedDelegation
from domain.delegations.offer_rules import OfferRules
from domain.delegations.refusals import DelegationRefused
from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey
from services.accounts import import_records
from services.accounts.import_records import Record, RecordKind
from services.delegations.imports import delegation_records
from storage.accounts.accounts import AccountFacts
from storage.accounts.services import ServiceFacts

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RecordType(Generic[R]):
    """A type of record that can be imported."""

    records: RecordKind[R]
    line: type[BaseModel]
    parse: Callable[[Mapping[str, str], date], R]
    """Raises BadLine."""
    optional: Sequence[str] = ()
    """Columns that a file may leave out."""
    objects: Sequence[str] = ()
    """Columns that hold JSON objects: as text in CSV, as they are in NDJSON."""

    @property
    def columns(self) -> Sequence[str]:
        """Every column, in the order of the documentation."""
        return tuple(self.line.model_fields)


def account_facts(values: Mapping[str, str], today: date) -> AccountFacts:
    """Parse the account of a line. Raises BadLine."""
    line = checked(AccountLine, values)
    try:
        owner = _owner(line, today)
    except InvalidIdentifier as error:
        raise BadLine("invalid_owner", str(error)) from None
    return AccountFacts(line.id, line.reference, line.name, owner, line.status)


def service_facts(values: Mapping[str, str], today: date) -> ServiceFacts:
    """Parse the service of a line. Raises BadLine."""
    line = checked(ServiceLine, values)
    columns = line.model_dump(exclude={"user_country", "user_code", "characteristics"})
    told = told_characteristics(line.characteristics, line.kind)
    return ServiceFacts(
        **columns, user=user_of(line.user_country, line.user_code, today), characteristics=told
    )


def delegation_record(values: Mapping[str, str], today: date) -> ImportedDelegation:
    """Parse the delegation of a line. Raises BadLine."""
    line = checked(DelegationLine, values)
    try:
        receiver = checks.receiver(line.receiver_country, line.receiver_code, today=today)
        role, permissions = _given(line)
    except InvalidIdentifier as error:
        raise BadLine("invalid_receiver", str(error)) from None
    except DelegationRefused as refused:
        raise BadLine(refused.refusals[0]) from None
    days = (line.from_day, line.through_day)
    services = ids_of(line.service_ids)
    about = (line.id, line.account_id, receiver, role, permissions)
    return ImportedDelegation(*about, services, *days, line.may_pass_on, line.receiver_name)


def _given(line: DelegationLine) -> tuple[str, frozenset[Permission]]:
    if (line.role is None) == (line.permissions is None):
        raise BadLine("invalid_value", "role or permissions: one of the two")
    if line.role is not None:
        return terms.of_role(line.role, may_pass_on=line.may_pass_on)
    return terms.composed((line.permissions or "").split())


def _owner(line: AccountLine, today: date) -> CompanyKey | PersonKey:
    if line.owner_kind is OwnerKind.PERSON:
        return PersonKey.of(line.owner_country, line.owner_code, today=today)
    return CompanyKey.of(line.owner_country, line.owner_code)


SERVICES = RecordType(
    import_records.SERVICES,
    ServiceLine,
    service_facts,
    optional=("user_country", "user_code", "network", "characteristics"),
    objects=("characteristics",),
)


def accounts(on_departure: DepartureRules) -> RecordType[AccountFacts]:
    """Return accounts as a type of record; ``on_departure``: what follows when somebody left."""
    return RecordType(import_records.accounts(on_departure), AccountLine, account_facts)


def delegations(rules: OfferRules) -> RecordType[ImportedDelegation]:
    """Return delegations as a type of record; ``rules``: the zone of their days, and more."""
    optional = ("receiver_name", "role", "permissions", "service_ids", "through_day", "may_pass_on")
    kind = delegation_records(rules)
    return RecordType(kind, DelegationLine, delegation_record, optional=optional)
