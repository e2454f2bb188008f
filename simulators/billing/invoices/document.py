"""An invoice as a PDF of one or several pages, rendered by Typst."""

import json
from functools import lru_cache
from typing import Any

import typst

from simulators.billing.invoices.invoices import Invoice
from simulators.billing.invoices.views import issued_day

_TEMPLATE = b"""
#let it = json(bytes(sys.inputs.data))
#set document(title: it.title)
#set page(paper: "a4", margin: 2cm)
#set text(lang: "et", size: 10pt)
= #it.title
#for line in it.head [#line \\ ]
#table(
  columns: (1fr, auto, auto),
  align: (left, right, right),
  table.header([*Selgitus*], [*KM %*], [*Summa*]),
  ..it.lines.flatten()
)
#for line in it.sums [#line \\ ]
"""


def document(invoice: Invoice) -> bytes:
    """Return the PDF: the same bytes for the same invoice."""
    return _rendered(json.dumps(_data(invoice), ensure_ascii=False))


def _data(invoice: Invoice) -> dict[str, Any]:
    ledger = invoice.ledger.form
    taxes = [f"Käibemaks {each.rate} %: {each.tax:.2f} EUR" for each in invoice.taxes]
    pay = [] if invoice.reference is None else [f"Viitenumber: {invoice.reference}"]
    return {
        "title": f"{'Kreeditarve' if invoice.is_credit else 'Arve'} {invoice.number}",
        "head": [
            f"Esitaja: {ledger.payee}, {ledger.iban}",
            f"Kuupäev: {issued_day(invoice)}",
            f"Maksetähtaeg: {invoice.month.due_on:%d.%m.%Y}",
            *pay,
        ],
        "lines": [[each.text, str(each.rate), f"{each.net:.2f}"] for each in invoice.lines],
        "sums": [f"Kokku: {invoice.net:.2f} EUR", *taxes, f"Tasuda: {invoice.gross:.2f} EUR"],
    }


@lru_cache(maxsize=64)
def _rendered(data: str) -> bytes:
    made = typst.compile(_TEMPLATE, sys_inputs={"data": data}, ignore_system_fonts=True)
    assert isinstance(made, bytes)  # noqa: S101 # one PDF, since no output is named
    return made
