"""Ports to registers: what the core needs of a register, and what an adapter implements."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.bulk_file import BulkFile, BulkRow
from domain.registry.register import Absent, Appointment, Changes, Defect, RegisterState


class Register(Protocol):
    """A register that answers queries. Calls block; each may raise RegisterUnknown.

    Estonia: the change list by day, ``esindus_v2`` by company and by person. Norway would read
    ``oppdateringer/roller`` from ``afterId`` and ``fullmakt``; the United Kingdom a stream from
    ``timepoint`` (the cursor) and whole appointments; neither has ``companies_of``, and says so
    with RegisterUnknown("not_supported", retry=False).
    """

    country: str

    def changed_since(self, cursor: str | None) -> Changes:
        """Return companies that changed after ``cursor``; None: from a sensible start.

        May return the same change more than once.
        """
        ...

    def state(self, company: CompanyKey) -> RegisterState | Absent:
        """Return the authoritative state of one company, now."""
        ...

    def companies_of(self, person: PersonKey) -> Sequence[Appointment]:
        """Return where this person is a holder, now.

        Empty only when the register proved that it answers.
        """
        ...


class RegisterFile(Protocol):
    """A register that offers all its companies in one file: a trigger, never the truth."""

    name: str
    """Name of the file among all files of all registers."""
    country: str

    def fetch(
        self, known_version: str | None, progress: Callable[[int, int | None], None]
    ) -> BulkFile | None:
        """Download the file, resuming a broken download. None: it is ``known_version`` still.

        ``progress(bytes_so_far, bytes_in_all)``. Raises RegisterUnknown.
        """
        ...

    def rows(self, file: BulkFile, reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
        """Stream every company in the file. Raises RegisterUnknown for a damaged file.

        A record that cannot be read goes to ``reject`` under its company's code, or under
        ``UNNAMED_RECORD`` and its number.
        """
        ...
