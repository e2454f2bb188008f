"""contract.5: the documents of a contract say its frozen terms."""

import io
from datetime import date
from decimal import Decimal
from uuid import UUID

import pikepdf
import pytest

from activities.adapters.typst.renderer import TypstRenderer
from domain.catalogue.contract_terms import Agreement
from domain.contracts.starts import FrozenPrice, OfferedTerms
from domain.documents.contract_document import ContractDocument, Party, PricePeriod, Provider
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from runtime.document_texts import contract_data, summary_data
from runtime.offered_contracts import CurrencyNotShown, OfferedContract, document_of
from services.catalogue.files import read_catalogue
from tests.builders.contract_documents import OPERATOR
from tests.builders.contracts import terms

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
PROVIDER = Provider(OPERATOR, "Terms 2026-01", Decimal(24))


def said(
    product: str = "mobile-subscription",
    agreement: Agreement = Agreement.SIGN,
    **changes: object,
) -> ContractDocument:
    frozen: OfferedTerms = terms(**{"language": Language.ENGLISH, **changes})
    offered = OfferedContract(
        UUID(int=7),
        date(2026, 11, 30),
        PRODUCTS[product],
        agreement,
        frozen,
        Party("Kuusk OÜ", "10000018"),
    )
    return document_of(offered, PROVIDER)


@pytest.mark.parametrize("cents", [*range(1, 200), 990, 1690, 2590, 99999])
def test_contract_5_a_price_with_vat_is_the_total_to_the_cent(cents: int) -> None:
    price = FrozenPrice(cents, "EUR", is_vat_included=True, period="monthly")
    document = said(prices=(price, price, price))
    assert document.gross(PricePeriod.MONTH) == Decimal(3 * cents) / 100


def test_contract_5_a_price_without_vat_stays() -> None:
    price = FrozenPrice(500, "EUR", is_vat_included=False, period="once")
    document = said(prices=(price,))
    assert document.net(PricePeriod.ONCE) == 5
    assert document.gross(PricePeriod.ONCE) == Decimal("6.20")


def test_contract_5_another_currency_is_not_shown_as_euros() -> None:
    with pytest.raises(CurrencyNotShown):
        said(prices=(FrozenPrice(500, "SEK", is_vat_included=True, period="once"),))


def test_contract_5_the_contract_says_parties_number_package_price_and_term() -> None:
    shown = str(contract_data(said(months=12)))
    for part in (
        "Kuusk OÜ (10000018)",
        OPERATOR.name,
        "+37255512345",
        "Mobile package M",
        "€16.90",
    ):
        assert part in shown
    assert "Commitment in months: 12." in shown
    assert "from the day on which its service is set up" in shown
    assert "before the commitment is over" in shown
    assert "signed digitally" in shown


def test_contract_5_what_is_not_so_is_not_said() -> None:
    shown = str(contract_data(said(agreement=Agreement.CONFIRM, lasts_years=5)))
    assert "signed digitally" not in shown
    assert "before the commitment is over" not in shown
    assert "Its length in years: 5." in shown


def test_contract_5_a_summary_says_where_speeds_stand_and_a_mobiil_id_has_none() -> None:
    speeds = "Speeds of the internet service and remedies"

    def under(document: ContractDocument) -> list[str]:
        sections = summary_data(document)["sections"]
        return next(each["paragraphs"] for each in sections if each["heading"] == speeds)

    assert under(said()) == ["See the general terms: Terms 2026-01."]
    assert under(said("mobiil-id", parameters={})) == ["Not applicable to this service."]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("product", ["mobile-subscription", "internet-subscription"])
def test_contract_5_the_summary_of_what_we_sell_is_one_page(
    product: str, language: Language
) -> None:
    """Implementing Regulation (EU) 2019/2243, article 2 (1)."""
    values = {"package": PRODUCTS[product].characteristics[0].values[-1].value}
    document = said(product, language=language, months=24, parameters=values)

    content = TypstRenderer().render(DocumentKind.CONTRACT_SUMMARY, summary_data(document))

    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
