"""Values that a register is read into, the same for every register.

An adapter translates its register into these; nothing above it knows a country. The shape fits
registers that give a rule per person (Estonia, Latvia), ready-made combinations of signatories
(Norway: a set of sets of persons) and plain officer lists (the United Kingdom).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.identifiers import CompanyKey, PersonKey


class CompanyStatus(StrEnum):
    """Life stage of a company; decides who may act for it."""

    ACTIVE = "active"
    LIQUIDATION = "liquidation"
    BANKRUPT = "bankrupt"
    DELETED = "deleted"


class Capacity(StrEnum):
    """Meaning of a holder's role for representation; the role's own code is only a label."""

    BOARD = "board"
    PARTNER = "partner"
    PROCURIST = "procurist"
    SOLE_TRADER = "sole_trader"
    LIQUIDATOR = "liquidator"
    TRUSTEE = "trustee"
    NONE = "none"
    UNKNOWN = "unknown"
    """A role code that no table of ours knows: grants nothing, and ends nothing either."""


@dataclass(frozen=True, slots=True)
class UnreadableKey:
    """Rest of a person's key, where the register's entry cannot be read as a whole.

    At least one of the two is known: an entry with neither names nobody.
    """

    country: str | None
    """ISO 3166-1 alpha-2; None: missing, or in no table."""
    code: str | None
    """As the register wrote it; None: no code of ``country``."""

    def could_be(self, person: PersonKey) -> bool:
        """Return whether the entry may be this person's, as far as it can be read."""
        if self.country not in {None, person.country}:
            return False
        return self.code is None or person.is_written(self.code)

    def has_code_of(self, person: PersonKey) -> bool:
        """Return whether the entry bears this person's own code."""
        return self.code is not None and self.could_be(person)


@dataclass(frozen=True, slots=True)
class Holder:
    """One entry of the register: this person, in this role, with this right to act alone."""

    person: PersonKey | None
    """None: a legal person, a natural person without a code, or one with an unreadable key."""
    name: str
    role: str
    capacity: Capacity
    acts_alone: bool | None
    """The register's statement on this entry; None when it could not be read."""
    unreadable: UnreadableKey | None = None
    """What can be read of a key that cannot be read as a whole; ``person`` is None then."""


@dataclass(frozen=True, slots=True)
class RegisterState:
    """State of one company in a register at ``as_of``."""

    company: CompanyKey
    name: str
    status: CompanyStatus
    legal_form: str
    form_confers: bool
    """False: no holder in a company of this legal form may act (a setting of the adapter)."""
    holders: tuple[Holder, ...]
    groups: tuple[tuple[Holder, ...], ...] = ()
    """Each: holders who may act together, and only together."""
    opaque: bool = False
    """Special conditions exist that only a person can read."""
    signing_rule_text: str = field(default="", repr=False, kw_only=True)
    """The special conditions in the register's words, a line each; empty: there are none."""
    as_of: datetime = field(kw_only=True)
    register_service: str = field(kw_only=True)
    """Name of the register's service that answered."""
    register_version: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person's entries in one company, as a query about the person returns them."""

    company: CompanyKey
    company_name: str
    status: CompanyStatus
    form_confers: bool
    holders: tuple[Holder, ...]
    """The entries of this person only: other people may be missing from such an answer."""


@dataclass(frozen=True, slots=True)
class Absent:
    """The register answered, and proved that it answers, but knows no such company.

    Emptiness alone never ends access: the caller needs a second source that agrees.
    """

    company: CompanyKey
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Notice that a company changed, without what changed: query its state."""

    company: CompanyKey
    version: str
    """The register's own mark of this change; the same mark is the same change."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One reading of a register's feed."""

    changes: Sequence[Change]
    cursor: str
    """Position for the next reading. Opaque to everyone but the adapter."""


REGISTER_BUSY = "register_busy"
"""Code of RegisterUnknown where a query did not get its turn."""
_BUDGET_SPENT = "register_budget_spent"
_CREDENTIALS_REFUSED = "register_credentials_refused"


class RegisterUnknown(Exception):
    """The register could not be queried, or its answer cannot be used: unknown is not no.

    ``code`` is stable and fit for logs, metrics and records; it never contains a query or an
    answer. ``retry``: whether querying again soon can help.
    """

    def __init__(self, code: str, detail: str = "", *, retry: bool = True) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry = retry

    @property
    def concerns_all(self) -> bool:
        """Return whether every other query would fail for the same reason.

        It says nothing about the company or person that was queried about.
        """
        return self.code in {_BUDGET_SPENT, _CREDENTIALS_REFUSED, REGISTER_BUSY}


class BudgetSpent(RegisterUnknown):
    """The day's queries are used up; ``until`` is when the next day begins."""

    def __init__(self, until: datetime) -> None:
        super().__init__(_BUDGET_SPENT, f"until {until.isoformat()}", retry=False)
        self.until = until


@dataclass(frozen=True, slots=True)
class Defect:
    """Reason for which a record could not be used. It is rejected, counted and tried again."""

    key: str
    """Key that finds the record again: a registry code, a line number. Never personal."""
    code: str
    """Stable reason code."""
    detail: str
