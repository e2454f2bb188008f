"""What a register says about a company, in words that fit any register.

An adapter translates its register into these; nothing above it knows a country. The shape fits
registers that give a rule per person (Estonia, Latvia), ready-made combinations of signatories
(Norway: a set of sets of persons) and plain officer lists (the United Kingdom).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.identifiers import CompanyKey, PersonKey


class CompanyStatus(StrEnum):
    """What the company's life stage means for who may act."""

    ACTIVE = "active"
    LIQUIDATION = "liquidation"
    BANKRUPT = "bankrupt"
    DELETED = "deleted"


class Capacity(StrEnum):
    """What a holder's role means for representation; the role's own code is only a label."""

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
class Holder:
    """One entry of the register: this person, in this role, with this right to act alone."""

    person: PersonKey | None
    """None: a legal person, or a natural person without a usable code."""
    name: str
    role: str
    capacity: Capacity
    acts_alone: bool | None
    """The register's own word on this entry; None when it could not be read."""


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What a register said about one company at ``as_of``."""

    company: CompanyKey
    name: str
    status: CompanyStatus
    legal_form: str
    form_confers: bool
    """Whether a holder of this legal form may act here at all (a setting of the adapter)."""
    holders: tuple[Holder, ...]
    groups: tuple[tuple[Holder, ...], ...] = ()
    """Each: holders who may act together, and only together."""
    opaque: bool = False
    """Special conditions exist that nobody but a person can read."""
    incomplete: bool = False
    """An entry has a code that belongs to nobody: whoever is not named may still be a holder."""
    as_of: datetime = field(kw_only=True)
    source: str = field(kw_only=True)
    source_version: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person's place in one company, as told by a question about the person."""

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
    """Something about a company changed. Says nothing of what: ask for its state."""

    company: CompanyKey
    version: str
    """The register's own mark of this change; the same mark is the same news."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One reading of a register's feed."""

    changes: Sequence[Change]
    cursor: str
    """Where to go on from next time. Opaque to everyone but the adapter."""


class RegisterUnknown(Exception):
    """The register could not be asked, or its answer could not be believed: unknown is not no.

    ``code`` is stable and fit for logs, metrics and records; it never contains what was asked or
    answered. ``retry`` tells whether asking again soon can help.
    """

    def __init__(self, code: str, detail: str = "", *, retry: bool = True) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry = retry


class BudgetSpent(RegisterUnknown):
    """Today's questions are used up; ``until`` is when the next day's begin."""

    def __init__(self, until: datetime) -> None:
        super().__init__("register_budget_spent", f"until {until.isoformat()}", retry=False)
        self.until = until


class Register(Protocol):
    """The plug: all the core knows of a register. Calls block; each may raise RegisterUnknown.

    Estonia: the change list by day, ``esindus_v2`` by company and by person. Norway would read
    ``oppdateringer/roller`` from ``afterId`` and ``fullmakt``; the United Kingdom a stream from
    ``timepoint`` (the cursor) and whole appointments; neither has ``companies_of``, and says so
    with RegisterUnknown("not_supported", retry=False).
    """

    country: str

    def changed_since(self, cursor: str | None) -> Changes:
        """Companies that changed after ``cursor`` (None: from a sensible start). Repeats news."""
        ...

    def state(self, company: CompanyKey) -> RegisterState | Absent:
        """The authoritative state of one company, now."""
        ...

    def companies_of(self, person: PersonKey) -> Sequence[Appointment]:
        """Where this person is a holder, now. Empty only when the register proved it answers."""
        ...


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A register's whole file, on this machine's disk."""

    path: str
    version: str
    """What the server calls this version (ETag or Last-Modified)."""
    sha256: str
    size: int


class BulkRow(NamedTuple):
    """One company of a bulk file. Equal fingerprints: nothing about who may act has changed."""

    code: str
    fingerprint: str
    """32 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A record that could not be used: set aside, counted, tried again; never in the way."""

    key: str
    """What finds the record again: a registry code, a line number. Never personal."""
    code: str
    """Stable reason code."""
    detail: str


class RegisterFile(Protocol):
    """The plug for a register that offers everything in one file: a trigger, never the truth."""

    source: str
    country: str

    def fetch(
        self, known_version: str | None, progress: Callable[[int, int | None], None]
    ) -> BulkFile | None:
        """Download it, going on where a broken download stopped. None: same as ``known_version``.

        ``progress(bytes_so_far, bytes_in_all)``. Raises RegisterUnknown.
        """
        ...

    def rows(self, file: BulkFile, set_aside: Callable[[Defect], None]) -> Iterator[BulkRow]:
        """Every company in the file, streamed. Raises RegisterUnknown for a damaged file."""
        ...
