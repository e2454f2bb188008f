"""Documents as PDF: accessible, archivable, the same bytes each time, and data that stay data."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pytest

from activities.adapters.typst.renderer import NotRendered, TypstRenderer
from domain.documents.contract_document import Party, SummaryTexts
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from runtime.document_texts import contract_data, summary_data, termination_data
from tests.builders.contract_documents import contract_document, termination_document

RENDERER = TypstRenderer()
CASES = [
    (kind, language)
    for kind in (DocumentKind.CONTRACT, DocumentKind.CONTRACT_SUMMARY, DocumentKind.TERMINATION)
    for language in Language
]


def data_of(kind: DocumentKind, language: Language) -> Mapping[str, Any]:
    if kind is DocumentKind.TERMINATION:
        return termination_data(termination_document(language))
    made = contract_data if kind is DocumentKind.CONTRACT else summary_data
    return made(contract_document(language))


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def tags(node: Any) -> list[str]:
    """Return the names of all structure elements below this one."""
    below = node.get("/K", [])
    found = [str(node.S)] if "/S" in node else []
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary):
            found += tags(each)
    return found


def descriptors(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
    ]


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_contract_5_a_document_is_tagged_and_says_its_language(
    kind: DocumentKind, language: Language
) -> None:
    pdf = opened(RENDERER.render(kind, data_of(kind, language)))
    assert pdf.Root.Lang == language.value
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    found = tags(pdf.Root.StructTreeRoot)
    assert found.count("/H1") == 1
    assert found.count("/H2") >= 3
    assert "/P" in found
    if kind is not DocumentKind.TERMINATION:
        assert {"/Table", "/TH", "/TD"} <= set(found)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_contract_5_a_document_is_pdf_a_2a_and_pdf_ua_1(
    kind: DocumentKind, language: Language
) -> None:
    pdf = opened(RENDERER.render(kind, data_of(kind, language)))
    with pdf.open_metadata() as metadata:
        found = {
            name: metadata[f"pdf{name}"] for name in ("aid:part", "aid:conformance", "uaid:part")
        }
        assert found == {"aid:part": "2", "aid:conformance": "A", "uaid:part": "1"}
        assert metadata["dc:title"] == data_of(kind, language)["title"]
    embedded = descriptors(pdf)
    assert {str(each.FontName).split("+")[1] for each in embedded} == {
        "DejaVuSansCondensed",
        "DejaVuSansCondensed-Bold",
    }
    assert all("/FontFile2" in each for each in embedded)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_contract_5_a_document_fits_on_one_page(kind: DocumentKind, language: Language) -> None:
    assert len(opened(RENDERER.render(kind, data_of(kind, language))).pages) == 1


def test_contract_5_the_same_input_gives_the_same_bytes() -> None:
    data = contract_data(contract_document())
    first = RENDERER.render(DocumentKind.CONTRACT, data)
    assert TypstRenderer().render(DocumentKind.CONTRACT, data) == first
    pdf = opened(first)  # nothing in it is of the moment when it was made
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261130")
    assert "/ModDate" not in pdf.docinfo or "20261130" in str(pdf.docinfo["/ModDate"])
    other = contract_data(contract_document(dated=date(2026, 12, 1)))
    assert RENDERER.render(DocumentKind.CONTRACT, other) != first


HOSTILE = (
    '#panic("x")',
    '#read("page.typ")',
    "= Heading *bold* _it_ $x$ @label <label>",
    '"); #import "@preview/x:1.0.0"',
    "\\u{41} // comment /* more",
    "{number} {0}",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_contract_5_markup_in_a_name_is_text(name: str) -> None:
    plain = contract_document(customer=Party("x", "10000018"))
    marked = replace(plain, customer=Party(name, "10000018"))
    pdfs = [
        opened(RENDERER.render(DocumentKind.CONTRACT, contract_data(each)))
        for each in (plain, marked)
    ]
    found = [tags(pdf.Root.StructTreeRoot) for pdf in pdfs]
    assert [each for each in found[0] if each != "/Span"] == [
        each for each in found[1] if each != "/Span"
    ]
    assert name in str(contract_data(marked)["sections"])


def test_contract_5_markup_in_a_title_is_text() -> None:
    data = {**contract_data(contract_document()), "title": '*x* #panic("x")'}
    with opened(RENDERER.render(DocumentKind.CONTRACT, data)).open_metadata() as metadata:
        assert metadata["dc:title"] == '*x* #panic("x")'


def test_contract_5_a_long_contract_takes_more_pages() -> None:
    long = contract_document(
        notice_rules=tuple(f"{number}. " + "sõna " * 60 for number in range(60))
    )
    assert len(opened(RENDERER.render(DocumentKind.CONTRACT, contract_data(long))).pages) > 2


def test_contract_5_a_summary_has_every_heading_and_says_where_nothing_applies() -> None:
    data = summary_data(contract_document(Language.ENGLISH, summary=SummaryTexts()))
    assert [each["heading"] for each in data["sections"]] == [
        "Services and equipment",
        "Speeds of the internet service and remedies",
        "Price",
        "Duration, renewal and termination",
        "Features for end-users with disabilities",
        "Other relevant information",
    ]
    assert data["sections"][1]["paragraphs"] == ["Not applicable to this service."]


def test_contract_5_what_cannot_be_rendered_is_said_without_the_data() -> None:
    data = {**contract_data(contract_document()), "dated": {"year": 2026, "month": 13, "day": 1}}
    with pytest.raises(NotRendered, match=r"^contract$"):
        RENDERER.render(DocumentKind.CONTRACT, data)
