"""bill.4: the PDF of an extract is accessible, and made in a process of its own."""

import io
import time
from datetime import date, datetime
from typing import Any

import pikepdf
import pytest

from activities.adapters.typst.apart import ApartRenderer
from activities.adapters.typst.renderer import Listing, NotRendered, TypstRenderer
from domain.call_details.columns import row_maker
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from runtime.extract_texts import Listed, call_details_data
from tests.builders.extracts import TALLINN, records

MADE = datetime(2026, 12, 1, 12, 0, tzinfo=TALLINN)


def data(rows: int = 3, language: Language = Language.ESTONIAN) -> Any:
    listed = Listed(
        "Näidis OÜ",
        "Telekom AS",
        date(2026, 11, 1),
        date(2026, 11, 30),
        Level.MASKED,
        MADE,
        MADE.date(),
        language,
        TALLINN,
    )
    row = row_maker(TALLINN, Level.MASKED)
    return call_details_data(listed, [made for each in records(rows) if (made := row(each))])


@pytest.mark.parametrize("language", Language)
def test_bill_4_a_pdf_is_accessible_and_says_its_language(language: Language) -> None:
    made = TypstRenderer().render(Listing.CALL_DETAILS, data(language=language))

    with pikepdf.open(io.BytesIO(made)) as pdf:
        metadata = str(pdf.Root.Metadata.read_bytes(), "utf-8")
        assert str(pdf.Root.Lang) == language
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "pdfuaid:part" in metadata
        assert pdf.docinfo["/Author"] == "Telekom AS"


def test_bill_4_what_a_pdf_says() -> None:
    said = data()

    assert said["title"] == "Kõneandmete väljavõte 01.11.2026 – 30.11.2026"
    assert said["facts"] == [
        ("Kliendikonto", "Näidis OÜ"),
        ("Seisuga", "01.12.2026 12:00"),
        ("Ridu", "3"),
        ("Kokku käibemaksuta", "0,04 €"),
    ]
    first = said["rows"][0]
    assert first[0] == "03.11.2026 12:00:00"
    assert first[3:] == [
        "+37255500001",
        "+3725550••••",
        "home EE",
        "0:01:01",
        "0,0123 €",
    ]


@pytest.mark.usefixtures("processes")
def test_bill_4_a_process_of_its_own_makes_the_same_pdf() -> None:
    apart = ApartRenderer().render(Listing.CALL_DETAILS, data())

    assert apart == TypstRenderer().render(Listing.CALL_DETAILS, data())


@pytest.mark.usefixtures("processes")
def test_bill_4_a_process_that_takes_too_long_is_killed() -> None:
    began = time.monotonic()

    with pytest.raises(NotRendered, match="took too long"):
        ApartRenderer(patience=0.2).render(Listing.CALL_DETAILS, data(2000))

    assert time.monotonic() - began < 30


@pytest.mark.usefixtures("processes")
def test_bill_4_what_a_process_says_when_it_fails_is_told_nobody() -> None:
    with pytest.raises(NotRendered) as raised:
        ApartRenderer().render(Listing.CALL_DETAILS, {"title": "secret"})

    assert "secret" not in str(raised.value)


@pytest.mark.usefixtures("processes")
def test_bill_4_the_longest_pdf_is_made() -> None:
    made = ApartRenderer().render(Listing.CALL_DETAILS, data(5_000))

    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) > 50
