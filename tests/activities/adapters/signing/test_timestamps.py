"""Time-stamps: what they say, which are not taken, and what other code makes of them."""

import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import anyio
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from activities.adapters.signing.timestamps import (
    TimestampAuthority,
    TimestampToken,
    TrustedTimestamps,
)
from domain.signatures.proofs import ProofFault, ProofRejected, ProofUnavailable
from simulators.trust.authority import new_time_stamper
from tests.clients.trust_client import Client

DATA = b"a signature"
DIGEST = sha256(DATA).digest()


async def stamped(
    trust: Client,
    http: httpx.AsyncClient,
    *,
    trusted: TrustedTimestamps | None = None,
    patience: float = 10,
    ahead: timedelta = timedelta(),
) -> TimestampToken:
    pem = trust.identities.trusted_time_stampers()
    authority = TimestampAuthority(
        http,
        trust.time_stamps_url,
        trusted or TrustedTimestamps.from_pem(pem),
        timeout=timedelta(seconds=patience),
        now=lambda: datetime.now(UTC) + ahead,
    )
    return await authority.stamp(DIGEST)


async def test_contract_6_a_digest_is_stamped_with_the_time(
    trust: Client, http: httpx.AsyncClient
) -> None:
    token = await stamped(trust, http)

    assert abs(token.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert token.at.utcoffset() == timedelta()


async def test_contract_6_an_authority_above_the_unit_may_be_trusted_instead(
    trust: Client, http: httpx.AsyncClient
) -> None:
    root = TrustedTimestamps([trust.identities.root().certificate])

    assert await stamped(trust, http, trusted=root)


async def test_contract_6_where_units_are_named_no_other_of_their_authority_is_trusted(
    trust: Client, http: httpx.AsyncClient
) -> None:
    root = trust.identities.root()
    other = new_time_stamper(root, "TEST Volitus time-stamping unit")
    trusted = TrustedTimestamps([other.certificate, root.certificate])

    with pytest.raises(ProofRejected) as caught:
        await stamped(trust, http, trusted=trusted)
    assert caught.value.fault is ProofFault.UNTRUSTED_SIGNER


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
async def test_contract_6_openssl_verifies_the_token(
    processes: None, trust: Client, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    token = await stamped(trust, http)
    root = trust.identities.root().certificate
    (tmp_path / "token").write_bytes(token.der)
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))

    command = "openssl ts -verify -token_in -in token -data data -CAfile root.pem"
    verified = await anyio.run_process(command.split(), cwd=tmp_path, check=False)

    assert b"Verification: OK" in verified.stdout, verified.stderr


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("wrong_imprint", ProofFault.WRONG_SUBJECT),
        ("wrong_nonce", ProofFault.WRONG_NONCE),
        ("no_nonce", ProofFault.WRONG_NONCE),
        ("clock_behind", ProofFault.WRONG_TIME),
        ("clock_ahead", ProofFault.WRONG_TIME),
        ("untrusted", ProofFault.UNTRUSTED_SIGNER),
        ("unnamed_certificate", ProofFault.UNTRUSTED_SIGNER),
        ("wrong_signature", ProofFault.UNTRUSTED_SIGNER),
        ("rejection", ProofFault.REFUSED),
        ("nonsense", ProofFault.MALFORMED),
    ],
)
async def test_contract_6_a_time_stamp_that_proves_nothing_is_rejected(
    trust: Client, http: httpx.AsyncClient, kind: str, fault: ProofFault
) -> None:
    trust.fault("time_stamps", kind, times=1)

    with pytest.raises(ProofRejected) as caught:
        await stamped(trust, http)

    assert caught.value.fault is fault
    assert await stamped(trust, http)


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), -timedelta(minutes=6)])
async def test_contract_6_our_own_clock_may_be_the_wrong_one(
    trust: Client, http: httpx.AsyncClient, ahead: timedelta
) -> None:
    with pytest.raises(ProofRejected) as caught:
        await stamped(trust, http, ahead=ahead)
    assert caught.value.fault is ProofFault.WRONG_TIME


async def test_contract_6_who_may_issue_to_people_stamps_no_time(
    trust: Client, http: httpx.AsyncClient
) -> None:
    issuers = x509.load_pem_x509_certificates(trust.identities.trusted_issuers())

    with pytest.raises(ProofRejected) as caught:
        await stamped(trust, http, trusted=TrustedTimestamps(issuers))
    assert caught.value.fault is ProofFault.UNTRUSTED_SIGNER


@pytest.mark.parametrize("kind", ["http_500", "http_503", "cut"])
async def test_contract_6_an_outage_of_the_authority_is_no_answer(
    trust: Client, http: httpx.AsyncClient, kind: str
) -> None:
    trust.fault("time_stamps", kind)

    with pytest.raises(ProofUnavailable):
        await stamped(trust, http)


async def test_contract_6_an_authority_that_is_too_slow_is_given_up(
    trust: Client, http: httpx.AsyncClient
) -> None:
    trust.fault("time_stamps", "timeout")

    with pytest.raises(ProofUnavailable):
        await stamped(trust, http, patience=0.2)


async def test_contract_6_a_time_stamp_with_a_broken_certificate_is_rejected(
    trust: Client,
) -> None:
    """Key usage, renamed to be a second subject key identifier."""

    def broken(request: httpx.Request) -> httpx.Response:
        good = trust.http.post("/tsa", content=request.content).content
        return httpx.Response(200, content=good.replace(b"\x55\x1d\x0f", b"\x55\x1d\x0e"))

    async with httpx.AsyncClient(transport=httpx.MockTransport(broken)) as http:
        with pytest.raises(ProofRejected) as caught:
            await stamped(trust, http)
    assert caught.value.fault in {ProofFault.MALFORMED, ProofFault.UNTRUSTED_SIGNER}
