"""Keys and certificates of test people: the same for every program that shares a directory."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID

from simulators.trust.identities import Identities, Service

CODE = "60001019906"
ASKED = """
import sys
from pathlib import Path
from simulators.trust.identities import Identities, Service
print(Identities(Path(sys.argv[1])).signer("60001019906", Service.MOBILE_ID).der.hex())
"""


def test_contract_13_programs_that_share_a_directory_agree(processes: None, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKED, str(tmp_path / "new")]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    told = {program.communicate()[0].strip() for program in programs}

    here = Identities(tmp_path / "new").signer(CODE, Service.MOBILE_ID)
    assert told == {here.der.hex()}
    assert here.certificate.public_key() == here.key.public_key()


def test_contract_13_each_service_and_use_has_a_key_of_its_own(tmp_path: Path) -> None:
    identities = Identities(tmp_path)
    held = [
        identities.signer(CODE, Service.MOBILE_ID),
        identities.login(CODE, Service.MOBILE_ID),
        identities.signer(CODE, Service.SMART_ID),
        identities.signer("60001017869", Service.MOBILE_ID),
    ]

    assert len({each.der for each in held}) == 4
    assert {each.issuer for each in held} == {
        identities.authority(Service.MOBILE_ID).certificate,
        identities.authority(Service.SMART_ID).certificate,
    }


def test_contract_13_certificates_name_people_as_sk_does(tmp_path: Path) -> None:
    subject = Identities(tmp_path).signer(CODE, Service.MOBILE_ID).certificate.subject

    named = {each.oid: each.value for each in subject}
    assert named[NameOID.SERIAL_NUMBER] == f"PNOEE-{CODE}"
    assert named[NameOID.GIVEN_NAME] == "MARY ÄNN"
    assert named[NameOID.COMMON_NAME] == "O’CONNEŽ-ŠUSLIK TESTNUMBER,MARY ÄNN"
    assert named[NameOID.COUNTRY_NAME] == "EE"


def test_contract_13_a_seal_names_the_company(tmp_path: Path) -> None:
    seal = Identities(tmp_path).seal("10421629")

    (identifier,) = seal.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert identifier.value == "NTREE-10421629"
    assert seal.as_pem().count(b"-----BEGIN") == 2


def test_contract_13_every_authority_is_named_a_test(tmp_path: Path) -> None:
    identities = Identities(tmp_path)
    made = [identities.root(), identities.time_stamper()]
    made += [identities.authority(each) for each in Service]
    made += [identities.responder(each) for each in Service]

    for holder in made:
        (name,) = holder.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert str(name.value).startswith("TEST ")


@pytest.mark.parametrize("code", ["../../etc/passwd", "", "a/b", "x" * 200])
def test_contract_13_a_code_is_no_path(tmp_path: Path, code: str) -> None:
    with pytest.raises(ValueError, match="characters that no code has"):
        Identities(tmp_path).signer(code, Service.MOBILE_ID)
