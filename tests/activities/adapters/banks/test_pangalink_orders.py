"""bill.3: how a payer is sent to a bank by its bank link."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from activities.adapters.banks.banks import Banks
from activities.adapters.banks.pangalink import PangalinkBank
from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.orders import CannotBeAsked, PostForm
from tests.builders.banks import ACCOUNT, bank, key_of, order


def form(bank: PangalinkBank, **changes: object) -> PostForm:
    action = bank.start(order(**changes)).action
    assert isinstance(action, PostForm)
    return action


def test_bill_3_the_browser_posts_a_signed_form_that_a_bank_verifies() -> None:
    posted = form(bank())
    fields = dict(posted.fields)
    mac = base64.b64decode(fields.pop("VK_MAC"))

    assert posted.url == "https://bank.example/link"
    assert posted.charset == "UTF-8"
    assert fields == {
        "VK_SERVICE": "1012",
        "VK_VERSION": "009",
        "VK_SND_ID": "TELEKOM",
        "VK_STAMP": "00000000000000000042",
        "VK_AMOUNT": "12.34",
        "VK_CURR": "EUR",
        "VK_REF": "121312952",
        "VK_MSG": "Arve 2026-11",
        "VK_RETURN": "https://volitus.example/v1/banks/kuusk/return",
        "VK_CANCEL": "https://volitus.example/v1/banks/kuusk/return",
        "VK_DATETIME": "2026-11-28T12:00:00+0200",
        "VK_ENCODING": "UTF-8",
        "VK_LANG": "EST",
    }
    signed = [value for name, value in fields.items() if name not in {"VK_ENCODING", "VK_LANG"}]
    text = "".join(f"{len(each):03d}{each}" for each in signed)
    public = key_of("operator").public_key()
    public.verify(mac, text.encode(), padding.PKCS1v15(), hashes.SHA512())


def test_bill_3_the_same_order_is_signed_alike() -> None:
    assert bank().start(order()) == bank().start(order())


def test_bill_3_an_order_names_the_account_where_that_was_agreed() -> None:
    fields = form(bank(account_name="Telekom AS")).fields
    assert fields["VK_SERVICE"] == "1011"
    assert (fields["VK_ACC"], fields["VK_NAME"]) == (ACCOUNT, "Telekom AS")
    assert list(fields)[5:9] == ["VK_CURR", "VK_ACC", "VK_NAME", "VK_REF"]


@pytest.mark.parametrize(
    ("version", "named", "used"),
    [
        ("008", None, hashes.SHA1()),
        ("009", None, hashes.SHA512()),
        ("008", "sha256", hashes.SHA256()),
        ("008", "sha512", hashes.SHA512()),
    ],
)
def test_bill_3_version_and_hash_are_those_of_the_bank(
    version: str, named: str | None, used: hashes.HashAlgorithm
) -> None:
    fields = dict(form(bank(version=version, hash=named)).fields)
    mac = base64.b64decode(fields.pop("VK_MAC"))
    del fields["VK_ENCODING"], fields["VK_LANG"]
    text = "".join(f"{len(each):03d}{each}" for each in fields.values())
    key_of("operator").public_key().verify(mac, text.encode(), padding.PKCS1v15(), used)
    assert fields["VK_VERSION"] == version


@pytest.mark.parametrize(
    ("encoding", "message", "sent"),
    [
        ("UTF-8", "Õie arve, šokolaad, Счёт", "Õie arve, šokolaad, Счёт"),
        ("ISO-8859-1", "Õie arve, šokolaad", "Õie arve, sokolaad"),
        ("ISO-8859-13", "Õie arve, šokolaad, Ўрта", "Õie arve, šokolaad, ????"),
        ("UTF-8", "two\nlines\x00 and  spaces", "two lines and spaces"),
        ("UTF-8", "O\u0303ie", "Õie"),
        ("UTF-8", "a" * 200, "a" * 95),
        ("UTF-8", "Õ" * 200, "Õ" * 95),
    ],
)
def test_bill_3_a_message_is_made_to_fit_the_bank(encoding: str, message: str, sent: str) -> None:
    posted = form(bank(encoding=encoding), message=message)
    assert posted.fields["VK_MSG"] == sent
    assert posted.charset == encoding


def test_bill_3_a_signature_is_over_bytes_of_the_banks_encoding() -> None:
    fields = dict(form(bank(encoding="ISO-8859-1"), message="Õie").fields)
    mac = base64.b64decode(fields.pop("VK_MAC"))
    del fields["VK_ENCODING"], fields["VK_LANG"]
    text = "".join(f"{len(each):03d}{each}" for each in fields.values())
    public = key_of("operator").public_key()
    public.verify(mac, text.encode("latin-1"), padding.PKCS1v15(), hashes.SHA512())


@pytest.mark.parametrize(
    ("language", "code"),
    [(Language.ESTONIAN, "EST"), (Language.RUSSIAN, "RUS"), (Language.ENGLISH, "ENG")],
)
def test_bill_3_the_bank_speaks_the_payers_language(language: Language, code: str) -> None:
    assert form(bank(), language=language).fields["VK_LANG"] == code


def test_bill_3_the_time_has_the_offset_of_estonia_also_in_summer() -> None:
    sent_at = datetime(2026, 7, 1, 10, 0, 0, 987, tzinfo=UTC)
    assert form(bank(), sent_at=sent_at).fields["VK_DATETIME"] == "2026-07-01T13:00:00+0300"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"amount": Money.of_text("0")}, id="nothing"),
        pytest.param({"amount": Money.of_text("-1")}, id="less-than-nothing"),
        pytest.param({"amount": Money.of_text("1.005")}, id="half-a-cent"),
        pytest.param({"amount": Money.of_text("1000000000.00")}, id="thirteen-characters"),
        pytest.param({"stamp": "0" * 21}, id="a-stamp-of-21-digits"),
        pytest.param({"return_url": "https://e.ee/r?payment=1"}, id="a-return-with-a-query"),
        pytest.param({"return_url": "https://e.ee/" + "r" * 250}, id="a-return-too-long"),
    ],
)
def test_bill_3_what_no_bank_takes_is_never_sent(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"bank|cents|query"):
        bank().start(order(**changes))


def test_bill_3_a_bank_link_cannot_be_asked() -> None:
    with pytest.raises(CannotBeAsked):
        bank().ask(order())


def test_bill_3_banks_are_known_by_name_in_the_order_of_the_settings() -> None:
    banks = Banks([bank(name="mets"), bank(name="kuusk")])
    assert [each.name for each in banks] == ["mets", "kuusk"]
    found = banks.of("kuusk")
    assert found is not None
    assert found.name == "kuusk"
    assert banks.of("tamm") is None
