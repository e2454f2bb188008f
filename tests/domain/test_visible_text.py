"""fault.24: characters that nobody sees, refused from callers and replaced from registers."""

import pytest

from domain.visible_text import is_blank, is_visible, made_visible

BARRED = {
    "C0": "\x1b",
    "line-feed": "\n",
    "delete": "\x7f",
    "C1-next-line": "\x85",
    "C1-control-sequence": "\x9b",
    "line-separator": "\u2028",
    "paragraph-separator": "\u2029",
    "half-a-pair": "\ud800",
    "arabic-letter-mark": "\u061c",
    "right-to-left-mark": "\u200f",
    "right-to-left-override": "\u202e",
    "pop-isolate": "\u2069",
}


@pytest.mark.parametrize("letter", BARRED.values(), ids=BARRED.keys())
def test_fault_24_what_cannot_be_seen_is_barred_and_replaced(letter: str) -> None:
    assert not is_visible(f"Mari{letter}Maasikas")
    assert made_visible(f"Mari{letter}Maasikas") == "Mari\ufffdMaasikas"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Õ’CONNEŽ-ŠUSLIK TESTNUMBER",
        "a\u00a0b",
        "Владимир",
        "שלום",
        "نون\u200cها",
        "co\u00adop",
        "👩\u200d💻",
    ],
)
def test_names_in_any_script_stay_as_they_are(text: str) -> None:
    assert is_visible(text)
    assert made_visible(text) == text


@pytest.mark.parametrize(
    "text", ["", " \u00a0", "\u200b\u200d", "\u3164", "\u2800", "\u00ad", "\u0301"]
)
def test_deleg_1_a_name_of_which_nothing_is_seen_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}Õ{text}")
