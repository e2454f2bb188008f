"""Every result of both services has one of ours, and says whether to try again."""

import pytest

from domain.signatures.results import (
    MOBILE_ID_RESULTS,
    MOBILE_ID_STATUSES,
    SMART_ID_RESULTS,
    SMART_ID_STATUSES,
    SigningResult,
)

R = SigningResult
# Of SK-EID/MID 3.1.7 and 3.3.8.
MOBILE_ID = {
    *("OK", "TIMEOUT", "NOT_MID_CLIENT", "USER_CANCELLED", "SIGNATURE_HASH_MISMATCH"),
    *("PHONE_ABSENT", "DELIVERY_ERROR", "SIM_ERROR", "NOT_FOUND", "NOT_ACTIVE"),
}
# Of the description of Smart-ID's session status.
SMART_ID = {
    *("OK", "USER_REFUSED", "USER_REFUSED_INTERACTION", "USER_REFUSED_CERT_CHOICE", "TIMEOUT"),
    *("DOCUMENT_UNUSABLE", "ACCOUNT_UNUSABLE", "WRONG_VC", "PROTOCOL_FAILURE", "SERVER_ERROR"),
    *("REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP", "EXPECTED_LINKED_SESSION"),
}


def test_contract_6_every_result_of_the_services_is_in_the_tables() -> None:
    assert MOBILE_ID_RESULTS.keys() == MOBILE_ID
    assert SMART_ID_RESULTS.keys() == SMART_ID
    assert MOBILE_ID_STATUSES.keys() == {400, 401, 403}
    assert SMART_ID_STATUSES.keys() == {400, 401, 403, 404, 471, 472, 480}


def test_contract_6_only_ok_is_a_signature() -> None:
    for table in (MOBILE_ID_RESULTS, SMART_ID_RESULTS):
        assert [word for word, result in table.items() if result is R.SIGNED] == ["OK"]
    assert R.SIGNED not in {*MOBILE_ID_STATUSES.values(), *SMART_ID_STATUSES.values()}


@pytest.mark.parametrize("result", R)
def test_contract_6_a_person_is_asked_again_only_where_that_can_help(result: R) -> None:
    must_be_put_right_first = {
        *(R.NOT_A_CLIENT, R.CERTIFICATE_NOT_ACTIVE, R.HASH_MISMATCH, R.ACCOUNT_UNUSABLE),
        *(R.DOCUMENT_UNUSABLE, R.INTERACTION_NOT_SUPPORTED, R.CERTIFICATE_LEVEL, R.USE_APP),
        *(R.CLIENT_TOO_OLD, R.NOT_ALLOWED, R.SIGNED),
    }

    assert result.may_try_again is (result not in must_be_put_right_first)
