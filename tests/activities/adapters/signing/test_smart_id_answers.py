"""Answers of Smart-ID that nobody should send: taken for no signature, and never for a refusal."""

import base64
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from activities.adapters.signing.port import Signer, SigningFailed
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.smart_id import SmartId
from domain.numbers.sms_texts import Language
from domain.signatures.results import SigningResult

VALUE = base64.b64encode(b"x" * 256).decode()
MASK = {"algorithm": "id-mgf1", "parameters": {"hashAlgorithm": "SHA-256"}}
ALGORITHM = {"hashAlgorithm": "SHA-256", "maskGenAlgorithm": MASK, "saltLength": 32}
SIGNATURE: dict[str, Any] = {
    "value": VALUE,
    "signatureAlgorithm": "rsassa-pss",
    "signatureAlgorithmParameters": ALGORITHM,
}
CERTIFICATE = {"value": VALUE, "certificateLevel": "QUALIFIED"}
GOOD: dict[str, Any] = {
    "state": "COMPLETE",
    "result": {"endResult": "OK", "documentNumber": "PNOEE-40504040001-MOCK-Q"},
    "signatureProtocol": "RAW_DIGEST_SIGNATURE",
    "signature": SIGNATURE,
    "cert": CERTIFICATE,
}

FLAWS: dict[str, dict[str, Any]] = {
    "no-value": {"value": ""},
    "no-base64": {"value": "???"},
    "pkcs1": {"signatureAlgorithm": "rsassa-pkcs1"},
    "hash": {"signatureAlgorithmParameters": {**ALGORITHM, "hashAlgorithm": "SHA-512"}},
    "salt": {"signatureAlgorithmParameters": {**ALGORITHM, "saltLength": 64}},
    "mask": {"signatureAlgorithmParameters": {**ALGORITHM, "maskGenAlgorithm": {}}},
}


async def answered(body: dict[str, Any]) -> str:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    async with httpx.AsyncClient(transport=transport) as http:
        party = RelyingParty(SecretStr("uuid"), "DEMO")
        service = SmartId(http, "https://rp-api.example/v3", party, timeout=1)
        try:
            signature = await service.poll("3d32860c-b62d-4716-9992-f6983e678761", 1000)
        except SigningFailed as failed:
            return failed.result.value
    return "runs" if signature is None else "signed"


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(GOOD, "signed", id="good"),
        pytest.param({**GOOD, "new": 1, "cert": {**CERTIFICATE, "new": []}}, "signed", id="fields"),
        pytest.param({"state": "RUNNING", "result": None}, "runs", id="running"),
        pytest.param({"state": "QUEUED"}, "runs", id="unknown-state"),
        pytest.param(without("result"), "unknown", id="no-result"),
        pytest.param({**GOOD, "result": {"endResult": "ok"}}, "unknown", id="other-case"),
        pytest.param(without("signature"), "protocol_failure", id="no-signature"),
        pytest.param(without("cert"), "protocol_failure", id="no-certificate"),
        pytest.param(without("signatureProtocol"), "protocol_failure", id="no-protocol"),
        pytest.param({**GOOD, "signatureProtocol": "ACSP_V2"}, "protocol_failure", id="login"),
        pytest.param(
            {**GOOD, "cert": {**CERTIFICATE, "certificateLevel": "ADVANCED"}},
            "certificate_level",
            id="level",
        ),
        *(
            pytest.param({**GOOD, "signature": {**SIGNATURE, **more}}, "protocol_failure", id=name)
            for name, more in FLAWS.items()
        ),
    ],
)
async def test_contract_6_only_what_was_asked_for_is_a_signature(
    body: dict[str, Any], outcome: str
) -> None:
    assert await answered(body) == outcome
    assert outcome in {"signed", "runs"} or SigningResult(outcome)


async def test_contract_6_a_service_that_never_waits_is_not_asked_for_ever() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        started = {"sessionID": "3d32860c-b62d-4716-9992-f6983e678761"}
        running = {"state": "RUNNING"}
        return httpx.Response(200, json=started if request.method == "POST" else running)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        party = RelyingParty(SecretStr("uuid"), "DEMO")
        service = SmartId(http, "https://rp-api.example/v3", party, timeout=1)
        with pytest.raises(SigningFailed) as caught:
            await service.certificate(Signer("EE", "40504040001", None, Language.ESTONIAN))
    assert caught.value.result is SigningResult.TIMED_OUT
    assert asked == ["POST", *["GET"] * 10]
