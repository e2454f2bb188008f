"""Adapter of Mobile-ID's REST interface (SK-EID/MID): three calls, results as words."""

import base64
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import BaseModel, Field

from activities.adapters.signing.json_calls import JsonCalls
from activities.adapters.signing.port import (
    SessionStarted,
    SignatureValue,
    Signer,
    SigningCertificate,
    SigningFailed,
)
from activities.adapters.signing.readings import bytes_of, certificate_facts, id_of, shortened
from activities.adapters.signing.relying_party import RelyingParty
from domain.numbers.sms_texts import Language, is_basic
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.certificates import KeyKind
from domain.signatures.results import MOBILE_ID_RESULTS, MOBILE_ID_STATUSES, SigningResult
from domain.signatures.verification_codes import mobile_id_code

_LANGUAGES = {Language.ESTONIAN: "EST", Language.RUSSIAN: "RUS", Language.ENGLISH: "ENG"}
_ALGORITHMS = {
    "sha256withecencryption": SignatureAlgorithm.ECDSA_SHA256,
    "sha256withrsaencryption": SignatureAlgorithm.RSA_SHA256,
}
_LONGEST_BASIC, _LONGEST_UNICODE = 40, 20
"""Characters of ``displayText`` that a phone shows: 40 bytes."""
_SHORTEST_WAIT, _LONGEST_WAIT = 1_000, 60_000
"""Milliseconds. The service reverts to its own limits in silence, and we would wait in vain."""
_OF_SESSION = {**MOBILE_ID_STATUSES, 404: SigningResult.SESSION_LOST}


class MobileId:
    """Mobile-ID for one relying party: activities.adapters.signing.port.SigningService."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, party: RelyingParty, *, timeout: float
    ) -> None:
        self._calls = JsonCalls(http, url, timeout=timeout)
        self._party = party

    async def certificate(self, signer: Signer) -> SigningCertificate:
        """Return the certificate of the person's SIM; nobody is asked for it."""
        answer = await self._calls.post(
            "/certificate", self._about(signer), _Certificate, MOBILE_ID_STATUSES
        )
        _check(answer.result)
        der = bytes_of(answer.cert)
        facts = certificate_facts(der)
        is_rsa = facts.key is KeyKind.RSA
        algorithm = SignatureAlgorithm.RSA_SHA256 if is_rsa else SignatureAlgorithm.ECDSA_SHA256
        return SigningCertificate(der, facts, None, algorithm)

    async def start(
        self,
        signer: Signer,
        certificate: SigningCertificate,  # noqa: ARG002 # the SIM has one
        digest: bytes,
        display: str,
    ) -> SessionStarted:
        """Make the phone ask. That the number has no Mobile-ID is only told by ``poll``."""
        body = {
            **self._about(signer),
            "hash": base64.b64encode(digest).decode(),
            "hashType": "SHA256",
            "language": _LANGUAGES[signer.language],
            **_displayed(display),
        }
        answer = await self._calls.post("/signature", body, _Started, MOBILE_ID_STATUSES, asks=True)
        return SessionStarted(id_of(answer.session_id), mobile_id_code(digest))

    async def poll(self, session_id: str, timeout_ms: int) -> SignatureValue | None:
        """See activities.adapters.signing.port.SigningService."""
        wait = min(max(timeout_ms, _SHORTEST_WAIT), _LONGEST_WAIT)
        path = f"/signature/session/{id_of(session_id)}"
        answer = await self._calls.wait(path, wait, _State, _OF_SESSION)
        if answer.state != "COMPLETE":
            return None
        _check(answer.result)
        if answer.signature is None:
            raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
        algorithm = _ALGORITHMS.get(answer.signature.algorithm.lower())
        if algorithm is None:
            raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
        return SignatureValue(bytes_of(answer.signature.value), algorithm, None)

    def _about(self, signer: Signer) -> dict[str, str]:
        if signer.phone is None:
            raise ValueError("Mobile-ID needs a number")
        return {
            **self._party.fields(),
            "phoneNumber": signer.phone,
            "nationalIdentityNumber": signer.code,
        }


class _Certificate(BaseModel, frozen=True):
    result: str
    cert: str | None = None


class _Started(BaseModel, frozen=True):
    session_id: str = Field(alias="sessionID")


class _Signature(BaseModel, frozen=True):
    value: str = ""
    algorithm: str = ""


class _State(BaseModel, frozen=True):
    state: str
    result: str | None = None
    signature: _Signature | None = None


def _check(word: str | None) -> None:
    result = MOBILE_ID_RESULTS.get(word or "", SigningResult.UNKNOWN)
    if result is not SigningResult.SIGNED:
        raise SigningFailed(result)


def _displayed(text: str) -> Mapping[str, Any]:
    basic = is_basic(text)
    shown = shortened(text, _LONGEST_BASIC if basic else _LONGEST_UNICODE)
    return {"displayText": shown, "displayTextFormat": "GSM-7" if basic else "UCS-2"}
