"""Who is calling: what is left of a bearer token once every check has passed.

Three kinds. A **person** logged in at an identity provider. A **client** is a program that speaks
for itself: the portal's server, the operator's own systems. **Staff** are the operator's people.
Which companies a person may act for is never in here: that is read from the engine's own rows.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.identifiers import PersonKey
from domain.identity import Acr


class Scope(StrEnum):
    """What a client may be allowed to do."""

    ACT_FOR_PERSON = "volitus:act-for-person"
    """Name the person it asks for (the portal, which has logged that person in)."""
    ACCOUNTS = "volitus:accounts"
    """Tell about accounts and services (the operator's own systems)."""
    CHECK = "volitus:check"
    EVENTS = "volitus:events"
    OTP = "one-time-password-sms:send-validate"
    """CAMARA's own word for sending codes and checking them."""


class StaffRole(StrEnum):
    """What the operator's people may be."""

    SUPPORT = "support"
    OPS = "ops"


@dataclass(frozen=True, slots=True)
class _Verified:
    issuer: str
    client_id: str
    """The program that got the token."""
    token_id: str
    """``jti``, for logs: finds the token at its issuer. Empty where the issuer gives none."""


@dataclass(frozen=True, slots=True)
class PersonCaller(_Verified):
    """Someone who logged in, and how."""

    person: PersonKey = field(repr=False)  # a repr ends up in logs; a personal code must not
    amr: frozenset[str]
    """Login methods, casefolded: ``mid``, ``smartid``, ``idcard``."""
    acr: Acr | None
    auth_time: datetime | None
    """When the person logged in; None where the issuer does not say."""
    phone: str | None = field(default=None, repr=False)
    """The number that a login by Mobiil-ID proved, as the issuer writes it."""


@dataclass(frozen=True, slots=True)
class ClientCaller(_Verified):
    """A program that speaks for itself."""

    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class StaffCaller(_Verified):
    """One of the operator's people. ``subject`` means something to the issuer only."""

    subject: str = field(repr=False)
    roles: frozenset[StaffRole]
    """Empty: known, but nothing here is for them (the routes answer 403)."""


Caller = PersonCaller | ClientCaller | StaffCaller
