"""contract.6: methods of signing as the operator sets them, for the API and the worker alike."""

import pytest

from activities.adapters.signing.services import MethodUnavailable, SigningServices
from dev.stack.signature_settings import signature_settings
from domain.signatures.methods import PHONE_METHODS, SignatureMethod
from settings.processes import ApiSettings, WorkerSettings
from tests.builders.process_settings import REQUIRED
from worker.builders import signing

M = SignatureMethod


@pytest.fixture
def complete(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of both methods."""
    here = "http://127.0.0.1:1"
    directory = tmp_path_factory.mktemp("trust")
    return signature_settings(directory, trust_url=here, mobile_id_url=here, smart_id_url=here)


@pytest.mark.parametrize(
    ("without", "methods"),
    [
        ("NOTHING", PHONE_METHODS),
        ("MOBILE_ID_", {M.SMART_ID}),
        ("SMART_ID_", {M.MOBILE_ID}),
        ("TRUSTED_ISSUERS", set()),
    ],
)
def test_contract_6_the_api_offers_what_the_worker_can_do(
    without: str,
    methods: set[SignatureMethod],
    complete: dict[str, str],
    only: pytest.MonkeyPatch,
) -> None:
    needs_issuers = ("OCSP_URL",) if without == "TRUSTED_ISSUERS" else ()
    given = {
        name: value
        for name, value in complete.items()
        if not name.removeprefix("VOLITUS_SIGNATURES_").startswith((without, *needs_issuers))
    }
    for name, value in (REQUIRED[ApiSettings] | REQUIRED[WorkerSettings] | given).items():
        only.setenv(name, value)

    settings = WorkerSettings.from_environment().signatures
    can = {each for each in PHONE_METHODS if _opens(signing.services(settings), each)}
    if signing.trusted_issuers(settings) is None:
        can = set()
    assert ApiSettings.from_environment().signatures.methods() == methods == can


def _opens(services: SigningServices, method: SignatureMethod) -> bool:
    async def nothing(_: object) -> None: ...

    try:
        services.call(method, nothing)
    except MethodUnavailable:
        return False
    return True
