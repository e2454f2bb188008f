"""Adapter of Smart-ID's RP API v3: certificate choice and signature, both by notification.

SK advises device links, which need the person's screen at that moment; who signs here is logged in
already, and chooses the verification code that our page shows among three on the phone.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx

from activities.adapters.signing.json_calls import JsonCalls
from activities.adapters.signing.port import (
    SessionStarted,
    SignatureValue,
    Signer,
    SigningCertificate,
    SigningFailed,
    SigningUnavailable,
)
from activities.adapters.signing.readings import bytes_of, certificate_facts, id_of, shortened
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.smart_id_answers import (
    ALGORITHM,
    HASH,
    LEVEL,
    PROTOCOL,
    Asked,
    Started,
    State,
    qualified,
)
from domain.signatures.algorithms import SignatureAlgorithm
from domain.signatures.results import SMART_ID_RESULTS, SMART_ID_STATUSES, SigningResult

_SHORT, _LONG = 60, 200
_SHORTEST_WAIT, _LONGEST_WAIT = 1_000, 120_000
_CHOICE_WAIT, _CHOICE_POLLS = 30_000, 10
_OF_SESSION = {**SMART_ID_STATUSES, 404: SigningResult.SESSION_LOST}
_OF_DOCUMENT = {**SMART_ID_STATUSES, 404: SigningResult.DOCUMENT_UNUSABLE}


class SmartId:
    """Smart-ID for one relying party: activities.adapters.signing.port.SigningService.

    ``url`` ends with the API's version.
    """

    def __init__(
        self, http: httpx.AsyncClient, url: str, party: RelyingParty, *, timeout: float
    ) -> None:
        self._calls = JsonCalls(http, url, timeout=timeout)
        self._party = party

    async def certificate(self, signer: Signer) -> SigningCertificate:
        """Return the certificate of the account that Smart-ID or, of several, the person chooses.

        Waits for the person as long as Smart-ID does. Repeated within 15 s it asks nobody again;
        later it does, so that no outage from here on says that the phone was not asked.
        """
        identifier = quote(f"PNO{signer.country}-{signer.code}", safe="")
        started = await self._calls.post(
            f"/signature/certificate-choice/notification/etsi/{identifier}",
            {**self._party.fields(), "certificateLevel": LEVEL},
            Started,
            SMART_ID_STATUSES,
            asks=True,
        )
        with _after_asking():
            state = await self._chosen(started.session_id)
        der = qualified(state)
        document = id_of(state.result.document if state.result else None)
        facts = certificate_facts(der)
        return SigningCertificate(der, facts, document, SignatureAlgorithm.RSA_PSS_SHA256)

    async def start(
        self,
        signer: Signer,  # noqa: ARG002 # the account is known already
        certificate: SigningCertificate,
        digest: bytes,
        display: str,
    ) -> SessionStarted:
        """Make the phone ask; the verification code is Smart-ID's, and not computed here.

        It has asked for the account already: SigningUnavailable says ``may_have_asked`` each time.
        """
        body = {
            **self._party.fields(),
            "certificateLevel": LEVEL,
            "signatureProtocol": PROTOCOL,
            "signatureProtocolParameters": {
                "digest": base64.b64encode(digest).decode(),
                "signatureAlgorithm": ALGORITHM,
                "signatureAlgorithmParameters": {"hashAlgorithm": HASH},
            },
            "interactions": _interactions(display),
        }
        document = id_of(certificate.document_number)
        path = f"/signature/notification/document/{document}"
        with _after_asking():
            answer = await self._calls.post(path, body, Asked, _OF_DOCUMENT, asks=True)
        return SessionStarted(id_of(answer.session_id), answer.vc.value)

    async def poll(self, session_id: str, timeout_ms: int) -> SignatureValue | None:
        """See activities.adapters.signing.port.SigningService."""
        state = await self._state(session_id, timeout_ms)
        if state is None:
            return None
        signature = state.signature
        if signature is None or state.protocol != PROTOCOL or not signature.is_as_asked:
            raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
        value = bytes_of(signature.value)
        return SignatureValue(value, SignatureAlgorithm.RSA_PSS_SHA256, qualified(state))

    async def _chosen(self, session_id: str) -> State:
        for _ in range(_CHOICE_POLLS):  # a service that does not wait is not asked for ever
            if (state := await self._state(session_id, _CHOICE_WAIT)) is not None:
                return state
        raise SigningFailed(SigningResult.TIMED_OUT)

    async def _state(self, session_id: str, timeout_ms: int) -> State | None:
        """Return a session that ended well; None: it runs."""
        wait = min(max(timeout_ms, _SHORTEST_WAIT), _LONGEST_WAIT)
        state = await self._calls.wait(f"/session/{id_of(session_id)}", wait, State, _OF_SESSION)
        if state.state != "COMPLETE":
            return None
        word = state.result.word if state.result else ""
        result = SMART_ID_RESULTS.get(word, SigningResult.UNKNOWN)
        if result is not SigningResult.SIGNED:
            raise SigningFailed(result)
        return state


@contextmanager
def _after_asking() -> Iterator[None]:
    """Let an outage say that the phone was asked: for the choice of an account."""
    try:
        yield
    except SigningUnavailable as error:
        raise SigningUnavailable(error.detail, may_have_asked=True) from None


def _interactions(display: str) -> str:
    shown: list[dict[str, Any]] = [
        {
            "type": "confirmationMessageAndVerificationCodeChoice",
            "displayText200": shortened(display, _LONG),
        },
        {"type": "displayTextAndPIN", "displayText60": shortened(display, _SHORT)},
    ]
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()
