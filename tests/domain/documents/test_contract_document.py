"""Sums and fingerprints of contracts."""

from decimal import Decimal

from domain.documents.contract_document import PriceLine, PricePeriod
from domain.documents.kinds import CONTENT_TYPES, KEPT_FOR, DocumentKind
from domain.numbers.sms_texts import Language
from tests.builders.contract_documents import contract_document


def test_contract_5_vat_is_of_the_sum_and_rounded_once() -> None:
    lines = tuple(PriceLine("x", Decimal("0.02"), PricePeriod.MONTH) for _ in range(3))
    document = contract_document(prices=lines)
    assert document.net(PricePeriod.MONTH) == Decimal("0.06")
    assert document.gross(PricePeriod.MONTH) == Decimal("0.07")  # 0.0144 rounded, not 3 × 0.00
    assert document.gross(PricePeriod.ONCE) == 0


def test_contract_5_the_fingerprint_is_of_everything_that_is_said() -> None:
    document = contract_document()
    assert document.sha256() == contract_document().sha256()
    changes = (
        {"number": "2026-000018"},
        {"language": Language.ENGLISH},
        {"vat_rate": Decimal("24.5")},
        {"user": None},
        {"notice_rules": ()},
        {"prices": ()},
    )
    assert len({contract_document(**each).sha256() for each in changes} | {document.sha256()}) == 7
    assert contract_document(vat_rate=Decimal("24.00")).sha256() == document.sha256()


def test_contract_3_every_kind_says_its_type_and_how_long_it_is_kept() -> None:
    assert CONTENT_TYPES.keys() == KEPT_FOR.keys() == set(DocumentKind)
