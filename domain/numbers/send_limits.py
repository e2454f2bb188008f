"""Limits of requested SMS: per person, program, number, prefix, address and country.

The only place for these rules. The rates are settings (``VOLITUS_NUMBER_LIMIT_…``), read by
``settings.numbers`` where their defaults stand; uses are counted by
``storage.requests.rate_limits``, in the transaction that starts or resends a verification. One
verification has limits of its own, see ``verifications.VerificationRules``, and a blocked number
or prefix gets nothing, see ``conversion_watch`` and ``storage.numbers.blocks``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import Requester
from domain.rates import Rate, Use


class SendLimit(StrEnum):
    """Limit on requests for SMS. In the order in which they are taken: no two callers deadlock."""

    PERSON = "person"
    """SMS requested by one person."""
    CLIENT = "client"
    """SMS requested through one program, for itself or for people, over a short time."""
    CLIENT_QUOTA = "client_quota"
    """SMS requested through one program, over a long time."""
    OWN_NUMBER = "own_number"
    """SMS to a number that its person has proved before: kept apart, so that others cannot use it
    up. Takes the place of ``NUMBER`` and ``PREFIX``."""
    NUMBER = "number"
    """SMS to one number, whoever else requests them."""
    PREFIX = "prefix"
    """SMS to numbers that differ in the last four digits only."""
    ADDRESS = "address"
    """SMS requested from one IP address."""
    COUNTRY = "country"
    """SMS to one country, over a short time."""
    COUNTRY_QUOTA = "country_quota"
    """SMS to one country, over a long time: the most that a day of fraud can cost."""


class CheckLimit(StrEnum):
    """Limit on checks of codes by programs, which guess faster than people."""

    CLIENT = "client_checks"
    CLIENT_QUOTA = "client_quota_checks"


class LookupLimit(StrEnum):
    """Limit on questions of programs whether a number is this operator's, which CAMARA answers."""

    CLIENT = "client_lookups"
    CLIENT_QUOTA = "client_quota_lookups"


_CHECKS = {
    CheckLimit.CLIENT: SendLimit.CLIENT,
    CheckLimit.CLIENT_QUOTA: SendLimit.CLIENT_QUOTA,
}
_LOOKUPS = {
    LookupLimit.CLIENT: SendLimit.CLIENT,
    LookupLimit.CLIENT_QUOTA: SendLimit.CLIENT_QUOTA,
}


class SendStop(StrEnum):
    """Reason other than a rate limit for sending nothing now: ``LimitReached.kind`` as well."""

    BLOCK = "block"
    """The number or its prefix is blocked."""
    WAIT = "wait"
    """Too soon after the SMS before."""
    SENDS = "sends"
    """The verification has had all of its SMS."""


@dataclass(frozen=True, slots=True)
class SendOrigin:
    """The way by which a request for an SMS came."""

    client: str
    """Issuer and client id of the program: the requester itself, or whose token a person has."""
    address: str | None = None
    """The person's IP address; None: a program asked for itself."""


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Rates of all limits, and which of them a request uses."""

    rates: Mapping[SendLimit, Rate]
    wrong_codes: int = 5
    """Codes that may be checked for each SMS."""

    def of_sms(
        self, requester: Requester, number: PhoneNumber, origin: SendOrigin, *, proved: bool = False
    ) -> list[Use]:
        """Limits that one SMS uses. ``proved``: the requester has proved to hold the number."""
        person = None if requester.person_id is None else str(requester.person_id)
        subjects = {
            SendLimit.PERSON: person,
            SendLimit.CLIENT: origin.client,
            SendLimit.CLIENT_QUOTA: origin.client,
            SendLimit.OWN_NUMBER: f"{requester.key}/{number.e164}" if proved else None,
            SendLimit.NUMBER: None if proved else number.e164,
            SendLimit.PREFIX: None if proved else number.prefix,
            SendLimit.ADDRESS: origin.address,
            SendLimit.COUNTRY: number.country,
            SendLimit.COUNTRY_QUOTA: number.country,
        }
        return [
            Use(kind, subject, self.rate(kind)) for kind in SendLimit if (subject := subjects[kind])
        ]

    def rate(self, kind: SendLimit) -> Rate:
        """Rate of this limit."""
        return self.rates[SendLimit.NUMBER if kind is SendLimit.OWN_NUMBER else kind]

    def of_kind(self, kind: str) -> Rate | None:
        """Rate of the limit with this name; None: it is none of these."""
        if kind in _LOOKUPS:
            return self.rates[_LOOKUPS[LookupLimit(kind)]]
        if kind in _CHECKS:
            return self._check_rate(CheckLimit(kind))
        return self.rate(SendLimit(kind)) if kind in set(SendLimit) else None

    def of_lookup(self, client: str) -> list[Use]:
        """Limits that one question of a program about a number uses: as many as it may send SMS."""
        return [Use(kind, client, self.rates[same]) for kind, same in _LOOKUPS.items()]

    def of_check(self, requester: Requester) -> list[Use]:
        """Limits that one check of a code by a program uses: as many as its SMS may need."""
        return [Use(kind, requester.key, self._check_rate(kind)) for kind in _CHECKS]

    def _check_rate(self, kind: CheckLimit) -> Rate:
        rate = self.rates[_CHECKS[kind]]
        return Rate(rate.count * self.wrong_codes, rate.span)
