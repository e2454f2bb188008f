"""The codes are those of the services' own examples."""

import base64

import pytest

from domain.signatures.verification_codes import mobile_id_code, smart_id_code

CHALLENGE = (
    "GYS+yoah6emAcVDNIajwSs6UB/M95XrDxMzXBUkwQJ9YFDipXXzGpPc7raWcuc2+TEoRc7WvIZ/7dU/iRXenYg=="
)


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        pytest.param("2f665f6a6999e0ef0752e00ec9f453adf59d8cb6", "1462", id="of-the-document"),
        pytest.param("00" * 32, "0000", id="lowest"),
        pytest.param("ff" * 32, "8191", id="highest"),
        pytest.param("03" + "00" * 30 + "80", "0000", id="bits-between"),
        pytest.param("0400", "0128", id="zeroes-before"),
    ],
)
def test_contract_6_the_code_of_mobile_id_is_of_the_digest(digest: str, code: str) -> None:
    assert mobile_id_code(bytes.fromhex(digest)) == code


def test_contract_6_no_code_is_of_nothing() -> None:
    with pytest.raises(ValueError, match="two bytes"):
        mobile_id_code(b"\x00")


def test_contract_6_the_code_of_smart_id_is_of_the_data() -> None:
    assert smart_id_code(base64.b64decode(CHALLENGE)) == "7180"
