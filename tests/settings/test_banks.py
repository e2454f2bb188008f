"""bill.3: banks in the settings are checked where a process starts."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from domain.payments.bank_links import LinkVersion, MacHash
from domain.signatures.algorithms import SignatureAlgorithm
from settings.banks import read_bank_key
from settings.processes import ApiSettings, WorkerSettings
from settings.sources import SettingsError
from tests.builders.banks import bank_settings, private_pem, public_pem
from tests.builders.process_settings import REQUIRED
from tests.builders.signers import signer

CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize("process", [ApiSettings, WorkerSettings])
def test_bill_3_banks_are_read_from_one_variable(
    process: type[ApiSettings | WorkerSettings], only: pytest.MonkeyPatch
) -> None:
    banks = [bank_settings(), bank_settings(name="tamm", version="008", account_name="Telekom AS")]
    for name, value in (REQUIRED[process] | {"VOLITUS_BANKS": json.dumps(banks)}).items():
        only.setenv(name, value)
    read = process.from_environment().banks
    assert [each.name for each in read] == ["kuusk", "tamm"]
    assert [each.mac_hash for each in read] == [MacHash.SHA512, MacHash.SHA1]
    assert read[0].version is LinkVersion.V009
    assert "PRIVATE" not in repr(read)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": "Kuusk Pank"}, id="a-name-for-no-address"),
        pytest.param({"name": None}, id="no-name"),
        pytest.param({"kind": "montonio"}, id="a-kind-that-is-not-there"),
        pytest.param({"url": "bank.example"}, id="no-address"),
        pytest.param({"sender_id": "0123456789ABCDEF"}, id="longer-than-the-bank-takes"),
        pytest.param({"version": "010"}, id="a-version-of-no-bank"),
        pytest.param({"version": None}, id="no-version"),
        pytest.param({"hash": "md5"}, id="a-weak-hash"),
        pytest.param({"encoding": "UTF-7"}, id="an-encoding-of-no-bank"),
        pytest.param({"private_key": "no key"}, id="no-key"),
        pytest.param({"private_key": private_pem(CURVE)}, id="a-key-of-a-curve"),
        pytest.param({"bank_certificate": "no certificate"}, id="no-certificate"),
        pytest.param({"bank_certificate": public_pem(CURVE)}, id="a-banks-key-of-a-curve"),
        pytest.param({"account_iban": "EE142200221234567897"}, id="a-wrong-iban"),
        pytest.param({"account_name": "x" * 71}, id="a-long-account-name"),
        pytest.param(
            {"account_name": "Šveits OÜ", "encoding": "ISO-8859-1"}, id="a-name-beyond-the-encoding"
        ),
        pytest.param({"statements_token": "t"}, id="a-token-for-nothing"),
        pytest.param({"spelt": 1}, id="an-unknown-member"),
    ],
)
def test_bill_3_a_bank_that_cannot_work_stops_the_start_without_its_key(
    changes: dict[str, object], only: pytest.MonkeyPatch
) -> None:
    settings = bank_settings(**changes)
    for name, value in REQUIRED[WorkerSettings].items():
        only.setenv(name, value)
    only.setenv("VOLITUS_BANKS", json.dumps([settings]))
    with pytest.raises(SettingsError) as refused:
        WorkerSettings.from_environment()
    said = str(refused.value)
    assert "VOLITUS_BANKS" in said
    assert "PRIVATE" not in said
    assert str(settings["private_key"])[:60] not in said


def test_bill_3_two_banks_of_one_name_stop_the_start(only: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED[WorkerSettings].items():
        only.setenv(name, value)
    only.setenv("VOLITUS_BANKS", json.dumps([bank_settings(), bank_settings()]))
    with pytest.raises(SettingsError, match="VOLITUS_BANKS"):
        WorkerSettings.from_environment()


def test_bill_3_a_banks_key_may_come_in_a_certificate_whose_dates_are_over() -> None:
    frame = signer(SignatureAlgorithm.RSA_SHA256)
    pem = frame.certificate.public_bytes(Encoding.PEM).decode()
    assert read_bank_key(pem) == frame.certificate.public_key()
