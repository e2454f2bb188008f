"""Limits of refreshes: per person, and per program through which people request them.

A refresh costs one or two of the day's queries to the register, so a caller without limits would
spend what everybody shares. The rates are settings (``VOLITUS_REFRESH_LIMIT_…``); uses are counted
by ``storage.requests.rate_limits`` in the transaction that requests a refresh. What people and sync
may spend of a day is another rule: ``query_limits``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.rates import Rate, Use


class RefreshLimit(StrEnum):
    """Limit on refreshes. In the order in which they are taken: no two callers deadlock."""

    PERSON = "refresh_person"
    """Refreshes of one person, whoever requests them."""
    CLIENT = "refresh_client"
    """Refreshes requested through one program, over a short time."""
    CLIENT_QUOTA = "refresh_client_quota"
    """Refreshes requested through one program, over a long time."""


@dataclass(frozen=True, slots=True)
class RefreshLimits:
    """Rates of all limits, and which of them a refresh uses."""

    rates: Mapping[RefreshLimit, Rate]

    def of_refresh(self, person_id: UUID, client: str) -> list[Use]:
        """Limits that one refresh uses. ``client``: issuer and client id of the program."""
        subjects = {
            RefreshLimit.PERSON: str(person_id),
            RefreshLimit.CLIENT: client,
            RefreshLimit.CLIENT_QUOTA: client,
        }
        return [Use(kind, subjects[kind], self.rates[kind]) for kind in RefreshLimit]
