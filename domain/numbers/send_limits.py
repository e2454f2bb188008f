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
    """SMS requested by one program, over a short time."""
    CLIENT_QUOTA = "client_quota"
    """SMS requested by one program, over a long time."""
    NUMBER = "number"
    """SMS to one number, whoever requests them."""
    PREFIX = "prefix"
    """SMS to numbers that differ in the last four digits only."""
    ADDRESS = "address"
    """SMS requested from one IP address."""
    COUNTRY = "country"
    """SMS to one country."""


class CheckLimit(StrEnum):
    """Limit on checks of codes by programs, which guess faster than people."""

    CLIENT = "client_checks"
    CLIENT_QUOTA = "client_quota_checks"


class SendStop(StrEnum):
    """Reason other than a rate limit for sending nothing now: ``LimitReached.kind`` as well."""

    BLOCK = "block"
    """The number or its prefix is blocked."""
    WAIT = "wait"
    """Too soon after the SMS before."""
    SENDS = "sends"
    """The verification has had all of its SMS."""


@dataclass(frozen=True, slots=True)
class SendLimits:
    """Rates of all limits, and which of them a request uses."""

    rates: Mapping[SendLimit, Rate]

    def of_sms(self, requester: Requester, number: PhoneNumber, address: str | None) -> list[Use]:
        """Limits that one SMS uses. ``address``: the person's IP address, if it is known."""
        person = None if requester.person_id is None else str(requester.person_id)
        subjects = {
            SendLimit.PERSON: person,
            SendLimit.CLIENT: requester.client,
            SendLimit.CLIENT_QUOTA: requester.client,
            SendLimit.NUMBER: number.e164,
            SendLimit.PREFIX: number.prefix,
            SendLimit.ADDRESS: address,
            SendLimit.COUNTRY: number.country,
        }
        return [
            Use(kind, subject, self.rates[kind])
            for kind in SendLimit
            if (subject := subjects[kind])
        ]

    def of_kind(self, kind: str) -> Rate | None:
        """Rate of the limit with this name; None: it is none of these."""
        return next((rate for limit, rate in self.rates.items() if limit == kind), None)

    def of_check(self, requester: Requester, wrong_codes: int) -> list[Use]:
        """Limits that one check of a code by a program uses: as many as its SMS may need."""
        of = {
            CheckLimit.CLIENT: self.rates[SendLimit.CLIENT],
            CheckLimit.CLIENT_QUOTA: self.rates[SendLimit.CLIENT_QUOTA],
        }
        return [
            Use(kind, requester.key, Rate(rate.count * wrong_codes, rate.span))
            for kind, rate in of.items()
        ]
