"""One container, signed over HTTP by Mobile-ID and Smart-ID and sealed by the operator."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from activities.adapters.signing.asice.containers import container, open_container
from activities.adapters.signing.asice.signatures import complete, prepare
from activities.adapters.signing.e_seal import ESeal
from activities.adapters.signing.mobile_id import MobileId
from activities.adapters.signing.port import Signer, SigningService
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.smart_id import SmartId
from activities.adapters.signing.verify import check_signature
from domain.numbers.sms_texts import Language
from domain.signatures.algorithms import SignatureAlgorithm as A
from simulators.mobile_id import app as mobile_id
from simulators.serving import serving
from simulators.smart_id import app as smart_id
from simulators.trust.identities import Identities
from tests.builders.signed_containers import FILES
from tests.oracles.signed_containers import signatures_by_digidoc, verified_by_signxml

MARY = Signer("EE", "60001019906", "+37200000766", Language.ESTONIAN)
ANNA = Signer("EE", "40504040001", None, Language.RUSSIAN)
Services = list[tuple[SigningService, Signer]]


@pytest.fixture
async def services(http_servers: None, tmp_path: Path) -> AsyncIterator[Services]:
    trust = tmp_path / "trust"
    seal = Identities(trust).seal("10421629")
    key = seal.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with (
        serving(mobile_id.create_app(trust)) as of_mobile_id,
        serving(smart_id.create_app(trust)) as of_smart_id,
    ):
        async with httpx.AsyncClient() as http:
            party = RelyingParty(SecretStr(mobile_id.DEMO.uuid), mobile_id.DEMO.name)
            other = RelyingParty(SecretStr(smart_id.DEMO.uuid), smart_id.DEMO.name)
            by_sim = MobileId(http, of_mobile_id + mobile_id.MOBILE_ID_PATH, party, timeout=60)
            by_app = SmartId(http, of_smart_id + smart_id.SMART_ID_PATH, other, timeout=60)
            own = ESeal.from_pem(key, seal.certificate.public_bytes(Encoding.PEM))
            yield [(by_sim, MARY), (by_app, ANNA), (own, MARY)]


async def signature_by(service: SigningService, signer: Signer) -> bytes:
    certificate = await service.certificate(signer)
    now = datetime.now(UTC)
    prepared = prepare(FILES, certificate.der, now, algorithm=certificate.algorithm)
    started = await service.start(signer, certificate, prepared.signed_info_digest, "Leping")
    signature = await service.poll(started.session_id, 60_000)
    assert signature is not None
    check_signature(signature, certificate, prepared.signed_info_digest)
    return complete(prepared, signature.value)


async def test_contract_6_a_container_is_signed_by_every_service(
    services: Services, tmp_path: Path
) -> None:
    xmls = [await signature_by(service, signer) for service, signer in services]
    path = tmp_path / "leping.asice"
    path.write_bytes(container(FILES, xmls))

    opened = open_container(path.read_bytes())
    assert [each.algorithm for each in opened.signatures] == [
        *(A.ECDSA_SHA256, A.RSA_PSS_SHA256, A.ECDSA_SHA256)
    ]
    for number, each in enumerate(opened.signatures):
        certificate = x509.load_der_x509_certificate(each.certificate_der)
        covered = verified_by_signxml(path, f"META-INF/signatures{number}.xml", certificate)
        assert {file.name for file in FILES} <= covered.keys()
    assert len(signatures_by_digidoc(path)) == 3
