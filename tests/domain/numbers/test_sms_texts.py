"""Texts of SMS: one SMS each, with a last line for browsers."""

import pytest
from pydantic import ValidationError

from domain.numbers.sms_texts import Language, code_text, parts
from runtime.texts import messages
from settings.sms import PortalSettings

CODE = "204816"
LONGEST = "iseteenindus.volitus.ee.com"
"""As long as the setting allows: Russian has room for no more."""


def settings(host: str) -> PortalSettings:
    return PortalSettings(host=host)


@pytest.mark.parametrize("language", Language)
def test_every_text_is_one_sms_with_the_longest_host(language: Language) -> None:
    text = code_text(messages(language)["sms.code"], CODE, settings(LONGEST).host)

    assert parts(text) == 1
    assert text.splitlines()[-1] == f"@{LONGEST} #{CODE}"
    assert text.count(CODE) == 2


def test_a_host_that_would_make_two_sms_is_refused() -> None:
    with pytest.raises(ValidationError, match="host"):
        settings(LONGEST + "m")


@pytest.mark.parametrize("language", Language)
def test_without_a_host_there_is_no_line_for_browsers(language: Language) -> None:
    text = code_text(messages(language)["sms.code"], CODE, "")

    assert parts(text) == 1
    assert CODE in text
    assert not {"@", "#", "\n"} & set(text)


@pytest.mark.parametrize(
    ("language", "gsm_7"),
    [(Language.ESTONIAN, True), (Language.ENGLISH, True), (Language.RUSSIAN, False)],
)
def test_only_russian_needs_ucs_2(language: Language, gsm_7: bool) -> None:
    """160 characters fit into one SMS of GSM-7, 70 into one of UCS-2."""
    filled = code_text(messages(language)["sms.code"], CODE, LONGEST).ljust(160, ".")

    assert (parts(filled) == 1) is gsm_7


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("a" * 160, 1, id="160"),
        pytest.param("a" * 161, 2, id="161"),
        pytest.param("a" * 306, 2, id="twice-153"),
        pytest.param("a" * 307, 3, id="one-more-than-twice-153"),
        pytest.param("ä" * 160, 1, id="160-with-umlauts"),
        pytest.param("õ" * 70, 1, id="70-with-a-tilde"),
        pytest.param("õ" * 71, 2, id="71-with-a-tilde"),
        pytest.param("a" * 70 + "õ", 2, id="71-with-one-tilde"),
        pytest.param("ж" * 70, 1, id="70-cyrillic"),
        pytest.param("ж" * 71, 2, id="71-cyrillic"),
        pytest.param("ж" * 134, 2, id="twice-67"),
        pytest.param("ж" * 135, 3, id="one-more-than-twice-67"),
        pytest.param("€" * 80, 1, id="80-extension-characters"),
        pytest.param("€" * 81, 2, id="81-extension-characters"),
        pytest.param("a" * 158 + "{", 1, id="158-and-an-extension-character"),
        pytest.param("a" * 159 + "{", 2, id="159-and-an-extension-character"),
        pytest.param("🦉" * 35, 1, id="35-beyond-the-basic-plane"),
        pytest.param("🦉" * 36, 2, id="36-beyond-the-basic-plane"),
    ],
)
def test_how_many_sms_a_text_becomes(text: str, count: int) -> None:
    assert parts(text) == count
