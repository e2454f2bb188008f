"""bill.4: the PDF of an extract is accessible, and made in a process of its own."""

import io
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest

from activities.adapters.typst.apart import ApartRenderer
from activities.adapters.typst.renderer import Listing, NotRendered, TypstRenderer
from domain.call_details.columns import row_maker
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from runtime.extract_texts import Listed, call_details_data
from tests.builders.extracts import TALLINN, read, records, usage

MADE = datetime(2026, 12, 1, 12, 0, tzinfo=TALLINN)


LISTED = Listed(
    "Näidis OÜ",
    "Telekom AS",
    date(2026, 11, 1),
    date(2026, 11, 30),
    Level.MASKED,
    MADE,
    MADE.date(),
    Language.ESTONIAN,
    TALLINN,
)


def data(rows: int = 3, language: Language = Language.ESTONIAN) -> Any:
    listed = replace(LISTED, language=language)
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

    assert said["title"] == "Kõneeristus 01.11.2026 – 30.11.2026"
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


def test_bill_4_a_pdf_says_which_of_an_hour_that_comes_twice() -> None:
    """On 25.10.2026 clocks went back from 4:00 to 3:00."""
    begin = datetime(2026, 10, 25, 2, 59, 30, tzinfo=TALLINN)
    moments = [begin.astimezone(UTC) + timedelta(hours=each) for each in range(4)]
    row = row_maker(TALLINN, Level.MASKED)
    found = [row(read(usage(each))) for each in moments]
    said = call_details_data(LISTED, [each for each in found if each])

    assert [each[0] for each in said["rows"]] == [
        "25.10.2026 02:59:30",
        "25.10.2026 03:59:30 +03:00",
        "25.10.2026 03:59:30 +02:00",
        "25.10.2026 04:59:30",
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
