"""The services that people sign by, and those that prove signatures, as the settings name them.

Each call has an event loop and connections of its own: callers are threads that wait for people.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import httpx

from activities.adapters.signing.asice.levels import extend, timestamp_digest
from activities.adapters.signing.ocsp import OcspAnswer, OcspResponder
from activities.adapters.signing.port import SigningService
from activities.adapters.signing.timestamps import TimestampAuthority, TimestampToken
from domain.signatures.methods import SignatureMethod
from domain.signatures.proofs import RevocationStatus

T = TypeVar("T")
Opened = Callable[[httpx.AsyncClient], T]
"""Makes an adapter over a client of HTTP."""


class MethodUnavailable(Exception):
    """The settings name no service for a method."""


class SigningServices:
    """Signing services by method."""

    def __init__(self, services: Mapping[SignatureMethod, Opened[SigningService]]) -> None:
        self._services = services

    def call(self, method: SignatureMethod, work: Callable[[SigningService], Awaitable[T]]) -> T:
        """Call the service of a method and return what it answered.

        Raises MethodUnavailable, SigningFailed, SigningUnavailable.
        """
        opened = self._services.get(method)
        if opened is None:
            raise MethodUnavailable

        async def run(http: httpx.AsyncClient) -> T:
            return await work(opened(http))

        return _calling(run)


@dataclass(frozen=True, slots=True)
class Proven:
    """A signature of level LT: its XML, and when it existed at the latest."""

    xml: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofServices:
    """Services that prove when a signature was made, and that its certificate was valid then."""

    timestamps: Opened[TimestampAuthority]
    responder: Opened[OcspResponder]

    def prove(self, xml: bytes, certificate_der: bytes, issuer_der: bytes) -> Proven | None:
        """Extend a signature of level B to LT; None: its certificate is revoked, or unknown.

        The time-stamp is fetched first: that the certificate is good is then said of a moment at
        which the signature existed. Raises ProofUnavailable, ProofRejected.
        """
        stamp = self.stamp(timestamp_digest(xml))
        answer = self.status(certificate_der, issuer_der)
        if answer.status is not RevocationStatus.GOOD:
            return None
        extended = extend(
            xml, timestamp_der=stamp.der, ocsp_der=answer.der, certificate_ders=[issuer_der]
        )
        return Proven(extended, stamp.at)

    def stamp(self, digest: bytes) -> TimestampToken:
        """Have a SHA-256 digest time-stamped. Raises ProofUnavailable, ProofRejected."""

        async def run(http: httpx.AsyncClient) -> TimestampToken:
            return await self.timestamps(http).stamp(digest)

        return _calling(run)

    def status(self, certificate_der: bytes, issuer_der: bytes) -> OcspAnswer:
        """Ask whether a certificate is revoked. Raises ProofUnavailable, ProofRejected."""

        async def run(http: httpx.AsyncClient) -> OcspAnswer:
            return await self.responder(http).status(certificate_der, issuer_der)

        return _calling(run)


def _calling(work: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
    async def run() -> T:
        async with httpx.AsyncClient() as http:
            return await work(http)

    return asyncio.run(run())
