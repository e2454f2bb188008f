"""Contracts rendered as PDF a second, against Typst alone with the same template and data."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

import typst

from activities.adapters.typst import renderer
from activities.adapters.typst.renderer import TypstRenderer
from benchmarks.measuring import Line, Measured, Size, alone, ratio
from benchmarks.place import Place
from domain.documents.contract_document import (
    ContractDocument,
    ContractService,
    Party,
    PriceLine,
    PricePeriod,
)
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from runtime.document_texts import contract_data

_LEAST_RATE = 0.9
_HOME = Path(renderer.__file__).parent
_CONTRACT = ContractDocument(
    number="0",
    language=Language.ESTONIAN,
    dated=date(2026, 11, 30),
    product_name=dict.fromkeys(Language, "Mobiil Äri 50"),
    operator=Party("Näidis Telekom AS", "10000001"),
    customer=Party("Õunapuu OÜ", "10000018"),
    services=tuple(ContractService("Mobiil", f"+3725550000{number}") for number in range(5)),
    prices=(PriceLine("Mobiil Äri 50", Decimal("19.90"), PricePeriod.MONTH),),
    vat_rate=Decimal(24),
    starts_on=date(2026, 12, 1),
    committed_months=12,
    notice_rules=("Klient võib lepingu igal ajal üles öelda.",),
    general_terms="Üldtingimused 2026-01",
)


def lines(place: Place, size: Size) -> list[Line]:  # noqa: ARG001 # no server is needed
    """Measure both in turns, each document another one."""
    measured: Measured = alone(measure, size.documents, size.rounds)
    ours, bare = measured.result
    share = ratio(ours, bare)
    return [
        Line(
            f"Contracts rendered a second, {size.documents:,}",
            f"{median(ours):.0f}",
            f"Typst alone {median(bare):.0f}",
            share,
            f"≥ {_LEAST_RATE}×",
            share >= _LEAST_RATE,
        )
    ]


def measure(documents: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return the documents a second of each round: ours, and Typst alone."""
    ours, bare = [], []
    for round_ in range(rounds):
        contracts = [replace(_CONTRACT, number=f"{round_}-{number}") for number in range(documents)]
        ours.append(documents / _ours(contracts))
        bare.append(documents / _typst_alone(contracts))
    return ours, bare


def _ours(contracts: Sequence[ContractDocument]) -> float:
    made = TypstRenderer()
    started = time.perf_counter()
    for each in contracts:
        made.render(DocumentKind.CONTRACT, contract_data(each))
    return time.perf_counter() - started


def _typst_alone(contracts: Sequence[ContractDocument]) -> float:
    """Compile the same template by one compiler, with the data ready as JSON.

    Numbers get a letter more: Typst remembers parts of what it laid out before.
    """
    compiler = typst.Compiler(
        _HOME / "templates" / "contract.typ",
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(_HOME / "fonts")],
        ),
        ignore_system_fonts=True,
    )
    ready = [
        json.dumps(contract_data(replace(each, number=f"{each.number}b")), ensure_ascii=False)
        for each in contracts
    ]
    started = time.perf_counter()
    for each in ready:
        compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], sys_inputs={"data": each})
    return time.perf_counter() - started
