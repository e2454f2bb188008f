"""Callers: what a bearer token says once every check has passed.

Three kinds. A **person** logged in at an identity provider. A **client** is a program that acts for
itself: the portal's server, the operator's own systems. **Staff** are the operator's people. Whom a
person may act for is never in a token: that is read from grants.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.identifiers import PersonKey
from domain.identity import Acr


class Scope(StrEnum):
    """Scope of a client's token."""

    ACT_FOR_PERSON = "volitus:act-for-person"
    """Act for the person it names (the portal, which has logged that person in)."""
    ACCOUNTS = "volitus:accounts"
    """Create and update accounts and services (the operator's own systems)."""
    CHECK = "volitus:check"
    EVENTS = "volitus:events"
    ORDERS = "volitus:orders"
    """Place and follow service orders (TMF641)."""
    OTP = "one-time-password-sms:send-validate"
    """CAMARA's scope for sending and checking codes."""


class StaffRole(StrEnum):
    """Role of a member of staff."""

    SUPPORT = "support"
    OPS = "ops"
    MANDATE_OFFICER = "mandate_officer"
    """Judges on whose authority people act: signing rules of the register, mandates on paper."""


@dataclass(frozen=True, slots=True)
class _Verified:
    issuer: str
    client_id: str
    """The client that got the token."""
    token_id: str
    """``jti``, for logs: finds the token at its issuer. Empty where the issuer gives none."""


@dataclass(frozen=True, slots=True)
class PersonCaller(_Verified):
    """A person who logged in, and how."""

    person: PersonKey = field(repr=False)  # reprs end up in logs; personal codes must not
    amr: frozenset[str]
    """Login methods, casefolded: ``mid``, ``smartid``, ``idcard``."""
    acr: Acr | None
    auth_time: datetime | None
    """When the person logged in; None where the issuer does not say."""
    leeway: timedelta = timedelta()
    """By how much the issuer's clock may differ."""
    phone: str | None = field(default=None, repr=False)
    """The number that a login with Mobiil-ID proved, as the issuer writes it."""
    name: str = field(default="", repr=False)
    """As the issuer gives it; empty where it gives none."""


@dataclass(frozen=True, slots=True)
class ClientCaller(_Verified):
    """A client that acts for itself, or for a person it names."""

    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class StaffCaller(_Verified):
    """A member of staff. ``subject`` has a meaning to the issuer only."""

    subject: str = field(repr=False)
    name: str = field(repr=False)
    """For other staff: the token's ``name`` or ``preferred_username``, else its ``sub``."""
    roles: frozenset[StaffRole]
    """Empty: authenticated, but without access to any route (403)."""


Caller = PersonCaller | ClientCaller | StaffCaller
