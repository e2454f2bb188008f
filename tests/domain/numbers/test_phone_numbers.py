"""To which numbers codes are sent, however somebody writes them."""

import pytest

from domain.numbers.phone_numbers import NumberRefused, NumberRules, PhoneNumber, parse_mobile

RULES = NumberRules(frozenset({"EE", "LV"}))
TESTING = NumberRules(frozenset({"EE", "LV"}), test_numbers=True)
MOBILE = "+37251234567"


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        pytest.param("+37251234567", MOBILE, id="e164"),
        pytest.param("51234567", MOBILE, id="without-a-country"),
        pytest.param("5123456", "+3725123456", id="without-a-country-seven-digits"),
        pytest.param("37251234567", MOBILE, id="without-the-plus"),
        pytest.param("0037251234567", MOBILE, id="with-two-zeros"),
        pytest.param("+372 5123 4567", MOBILE, id="with-spaces"),
        pytest.param("+372 (51) 234-567", MOBILE, id="with-brackets-and-a-dash"),
        pytest.param("+３７２５１２３４５６７", MOBILE, id="full-width"),
        pytest.param("５１２３４５６７", MOBILE, id="full-width-without-a-country"),
        pytest.param("81234567", "+37281234567", id="beginning-with-8"),
        pytest.param("+37129123456", "+37129123456", id="of-another-country"),
    ],
)
def test_a_mobile_number_is_the_same_in_every_way_of_writing(written: str, e164: str) -> None:
    assert parse_mobile(written, RULES).e164 == parse_mobile(written, TESTING).e164 == e164


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("+3726661234", "number_not_mobile", id="landline"),
        pytest.param("6661234", "number_not_mobile", id="landline-without-a-country"),
        pytest.param("+37163123456", "number_not_mobile", id="landline-of-another-country"),
        pytest.param("+3729001234", "number_not_mobile", id="premium"),
        pytest.param("9001234", "number_not_mobile", id="premium-without-a-country"),
        pytest.param("+37190123456", "number_not_mobile", id="premium-of-another-country"),
        pytest.param("+37181123456", "number_not_mobile", id="shared-cost"),
        pytest.param("+37280012345", "number_not_mobile", id="toll-free"),
        pytest.param("+37270012345", "number_not_mobile", id="personal-number"),
        pytest.param("+358401234567", "country_not_allowed", id="another-country"),
        pytest.param("+12025550123", "country_not_allowed", id="a-country-far-away"),
        pytest.param("+881612345678", "country_not_allowed", id="satellite"),
        pytest.param("+37200000766", "number_invalid", id="test-number-of-sk"),
        pytest.param("+37251234567890", "number_invalid", id="too-long"),
        pytest.param("+372512", "number_invalid", id="too-short"),
        pytest.param("+99951234567", "number_invalid", id="no-such-country"),
        pytest.param("112", "number_invalid", id="emergency"),
        pytest.param("38001085718", "number_invalid", id="a-personal-code"),
        pytest.param("mari@example.ee", "number_invalid", id="garbage"),
        pytest.param("+", "number_invalid", id="plus"),
        pytest.param("", "number_invalid", id="empty"),
    ],
)
def test_a_number_that_gets_no_codes_is_refused_and_not_repeated(written: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_mobile(written, RULES)

    assert refused.value.code == code
    assert not any(character.isdigit() for character in str(refused.value))
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("written", ["+37200000766", "37200000566", "00000766"])
def test_sks_test_numbers_are_accepted_if_allowed(written: str) -> None:
    assert parse_mobile(written, TESTING).e164 == "+372" + written[-8:]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        pytest.param("+3729001234", "number_not_mobile", id="premium"),
        pytest.param("+3726661234", "number_not_mobile", id="landline"),
        pytest.param("+358401234567", "country_not_allowed", id="another-country"),
        pytest.param("+37120000", "number_invalid", id="test-number-of-another-country"),
        pytest.param("+37200000", "number_invalid", id="too-short-for-a-test-number"),
    ],
)
def test_allowing_test_numbers_allows_nothing_else(written: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_mobile(written, TESTING)

    assert refused.value.code == code


def test_numbers_without_a_country_belong_to_the_home_country() -> None:
    latvian = NumberRules(frozenset({"LV"}), home="LV")

    assert parse_mobile("29123456", latvian) == PhoneNumber("+37129123456", "LV")


@pytest.mark.parametrize(
    ("e164", "prefix", "country"),
    [
        (MOBILE, "+3725123", "EE"),
        ("+3725123456", "+372512", "EE"),
        ("+37129123456", "+3712912", "LV"),
    ],
)
def test_numbers_bought_together_share_a_prefix(e164: str, prefix: str, country: str) -> None:
    number = parse_mobile(e164, RULES)

    assert (number.prefix, number.country) == (prefix, country)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("+18765551234", id="jamaica-shares-1"),
        pytest.param("+447797123456", id="jersey-shares-44"),
    ],
)
def test_a_shared_calling_code_lets_only_the_country_itself_in(written: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_mobile(written, NumberRules(frozenset({"US", "GB"})))

    assert refused.value.code == "country_not_allowed"
