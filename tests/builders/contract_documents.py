"""Contracts as documents say them."""

from datetime import date
from decimal import Decimal

from domain.documents.contract_document import (
    ContractDocument,
    ContractService,
    Party,
    PriceLine,
    PricePeriod,
    SummaryTexts,
    TerminationDocument,
)
from domain.numbers.sms_texts import Language

OPERATOR = Party(
    "Näidis Telekom AS", "10000001", ("Valge 1, 19095 Tallinn", "klient@telekom.example")
)
CUSTOMER = Party("Õunapuu & Жук OÜ", "10000018")
NAMES = {
    Language.ESTONIAN: "Mobiil Äri 50",
    Language.RUSSIAN: "Мобильный Бизнес 50",
    Language.ENGLISH: "Mobile Business 50",
}


def contract_document(
    language: Language = Language.ESTONIAN, **changed: object
) -> ContractDocument:
    """Return a contract of a mobile subscription; ``changed`` are its fields."""
    values = {
        "number": "2026-000017",
        "language": language,
        "dated": date(2026, 11, 30),
        "product_name": NAMES,
        "operator": OPERATOR,
        "customer": CUSTOMER,
        "services": (ContractService("Mobiil", "+37255500001"),),
        "prices": (
            PriceLine("Mobiil Äri 50", Decimal("19.90"), PricePeriod.MONTH),
            PriceLine("SIM", Decimal(5), PricePeriod.ONCE),
        ),
        "vat_rate": Decimal(24),
        "starts_on": date(2026, 12, 1),
        "committed_months": 12,
        "notice_rules": ("Klient võib lepingu igal ajal üles öelda (ESS § 100 lg 1).",),
        "general_terms": "Üldtingimused 2026-01, https://telekom.example/tingimused",
        "user": Party("Mari-Liis Mänd", "60001019906"),
        "summary": SummaryTexts(
            equipment=("50 GB andmemahtu, piiramatud kõned Eestis.",),
            speeds=("Hinnanguline suurim kiirus: 1000 Mbit/s alla, 100 Mbit/s üles.",),
            remedies=("Kui kiirus erineb oluliselt, pöörduge klienditoe poole.",),
            accessibility=("Tekstipõhine klienditugi.",),
        ),
        **changed,
    }
    return ContractDocument(**values)  # type: ignore[arg-type]


def termination_document(language: Language = Language.ESTONIAN) -> TerminationDocument:
    return TerminationDocument(
        number="2026-000017",
        language=language,
        dated=date(2026, 11, 30),
        product_name=NAMES[language],
        operator=OPERATOR,
        customer=CUSTOMER,
        requested_on=date(2026, 11, 30),
        ends_on=date(2026, 12, 1),
        ending_services=(ContractService("Mobiil", "+37255500001"), ContractService("Mobiil-ID")),
        number_kept_until=date(2027, 1, 1),
    )
