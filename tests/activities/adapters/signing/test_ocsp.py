"""Answers of an OCSP responder: what they say, and which of them prove nothing."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from activities.adapters.signing.ocsp import OcspAnswer, OcspResponder
from domain.signatures.proofs import (
    ProofFault,
    ProofRejected,
    ProofUnavailable,
    RevocationStatus,
)
from simulators.trust.identities import Identity, Service
from tests.clients.trust_client import Client

CODE = "60001019906"
FRESHNESS = timedelta(minutes=15)


def responder(
    http: httpx.AsyncClient, url: str, *, timeout: float = 10, ahead: timedelta = timedelta()
) -> OcspResponder:
    return OcspResponder(
        http,
        url,
        timeout=timedelta(seconds=timeout),
        freshness=FRESHNESS,
        now=lambda: datetime.now(UTC) + ahead,
    )


async def asked(
    trust: Client,
    http: httpx.AsyncClient,
    identity: Identity | None = None,
    *,
    patience: float = 10,
    ahead: timedelta = timedelta(),
) -> OcspAnswer:
    who = identity or trust.identities.signer(CODE, Service.MOBILE_ID)
    service = responder(http, trust.ocsp_url, timeout=patience, ahead=ahead)
    return await service.status(who.der, who.issuer_der)


@pytest.mark.parametrize("service", Service)
async def test_contract_6_a_certificate_that_was_not_revoked_is_good(
    trust: Client, http: httpx.AsyncClient, service: Service
) -> None:
    """Issuers sign with EC or RSA, and each has a responder of its own."""
    answer = await asked(trust, http, trust.identities.signer(CODE, service))

    kept = ocsp.load_der_ocsp_response(answer.der)
    assert answer.status is RevocationStatus.GOOD
    assert abs(answer.produced_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer.revoked_at is None
    assert kept.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL


async def test_contract_6_a_revoked_certificate_says_since_when(
    trust: Client, http: httpx.AsyncClient
) -> None:
    identity = trust.identities.signer(CODE, Service.SMART_ID)
    trust.set_status(identity.certificate.serial_number, "revoked", "2026-11-01T10:00:00Z")

    answer = await asked(trust, http, identity)

    assert answer.status is RevocationStatus.REVOKED
    assert answer.revoked_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


async def test_contract_6_a_certificate_that_the_responder_does_not_know_is_not_good(
    trust: Client, http: httpx.AsyncClient
) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)
    trust.set_status(identity.certificate.serial_number, "unknown")

    assert (await asked(trust, http, identity)).status is RevocationStatus.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("stale", ProofFault.WRONG_TIME),
        ("wrong_nonce", ProofFault.WRONG_NONCE),
        ("no_nonce", ProofFault.WRONG_NONCE),
        ("wrong_certificate", ProofFault.WRONG_SUBJECT),
        ("wrong_responder", ProofFault.UNTRUSTED_SIGNER),
        ("unmarked_responder", ProofFault.UNTRUSTED_SIGNER),
        ("wrong_signature", ProofFault.WRONG_SIGNATURE),
        ("nonsense", ProofFault.MALFORMED),
    ],
)
async def test_contract_6_an_answer_that_proves_nothing_is_neither_yes_nor_no(
    trust: Client, http: httpx.AsyncClient, kind: str, fault: ProofFault
) -> None:
    trust.fault("ocsp", kind, times=1)

    with pytest.raises(ProofRejected) as caught:
        await asked(trust, http)

    assert caught.value.fault is fault
    assert (await asked(trust, http)).status is RevocationStatus.GOOD


@pytest.mark.parametrize("ahead", [FRESHNESS + timedelta(minutes=1), -timedelta(minutes=6)])
async def test_contract_6_an_answer_of_another_time_is_rejected(
    trust: Client, http: httpx.AsyncClient, ahead: timedelta
) -> None:
    with pytest.raises(ProofRejected) as caught:
        await asked(trust, http, ahead=ahead)
    assert caught.value.fault is ProofFault.WRONG_TIME


async def test_contract_6_another_issuer_than_the_certificates_own_is_not_answered_for(
    trust: Client, http: httpx.AsyncClient
) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)
    other = trust.identities.authority(Service.SMART_ID)

    with pytest.raises(ProofRejected) as caught:
        await responder(http, trust.ocsp_url).status(identity.der, other.der)
    assert caught.value.fault is ProofFault.REFUSED


@pytest.mark.parametrize("kind", ["http_500", "http_503", "http_429", "cut", "try_later"])
async def test_contract_6_an_outage_of_the_responder_is_no_answer(
    trust: Client, http: httpx.AsyncClient, kind: str
) -> None:
    trust.fault("ocsp", kind)

    with pytest.raises(ProofUnavailable):
        await asked(trust, http)


async def test_contract_6_a_responder_that_is_too_slow_is_given_up(
    trust: Client, http: httpx.AsyncClient
) -> None:
    trust.fault("ocsp", "timeout")

    with pytest.raises(ProofUnavailable):
        await asked(trust, http, patience=0.2)


async def test_contract_6_a_responder_that_is_gone_is_no_answer(
    trust: Client, http: httpx.AsyncClient
) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)

    with pytest.raises(ProofUnavailable):
        await responder(http, "http://127.0.0.1:9/").status(identity.der, identity.issuer_der)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (httpx.Response(200, content=b"\x30" * 300_000), ProofFault.MALFORMED),
        (httpx.Response(200, content=b""), ProofFault.MALFORMED),
        (httpx.Response(200, content=b"\x30\x80\x00\x00"), ProofFault.MALFORMED),
        (httpx.Response(400, content=b"?"), ProofFault.REFUSED),
    ],
)
async def test_contract_6_what_is_no_ocsp_response_is_rejected(
    trust: Client, answer: httpx.Response, fault: ProofFault
) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)

    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)) as http:
        with pytest.raises(ProofRejected) as caught:
            await responder(http, "https://ocsp.example").status(identity.der, identity.issuer_der)

    assert caught.value.fault is fault


async def test_contract_6_redirects_are_not_followed(trust: Client) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)
    elsewhere = httpx.Response(307, headers={"location": trust.ocsp_url})

    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: elsewhere)) as http:
        with pytest.raises(ProofUnavailable, match="http_307"):
            await responder(http, "https://ocsp.example").status(identity.der, identity.issuer_der)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
async def test_contract_6_openssl_verifies_the_answer(
    processes: None, trust: Client, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    identity = trust.identities.signer(CODE, Service.MOBILE_ID)
    root = trust.identities.root().certificate
    answer = await asked(trust, http, identity)
    (tmp_path / "answer").write_bytes(answer.der)
    certificates = {"who": identity.certificate, "issuer": identity.issuer, "root": root}
    for name, certificate in certificates.items():
        (tmp_path / name).write_bytes(certificate.public_bytes(Encoding.PEM))

    command = "openssl ocsp -respin answer -issuer issuer -cert who -CAfile root -no_nonce"
    verified = await anyio.run_process(command.split(), cwd=tmp_path, check=False)

    assert b"Response verify OK" in verified.stdout + verified.stderr
    assert b"who: good" in verified.stdout
