"""Statements of banks, as camt.053 of both versions."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.builders.banks import ACCOUNT


@dataclass(frozen=True, slots=True)
class Line:
    """One line. What is None is left out."""

    amount: str = "12.34"
    currency: str = "EUR"
    side: str = "CRDT"
    status: str = "BOOK"
    bank_reference: str | None = "2026112800000042-1"
    booked_on: str | None = "2026-11-28"
    reversal: str | None = None
    details: str | None = None
    """Instead of the details of one payment."""
    own: str = ""
    """Elements of the payment's own, like its references and what it is for."""


def reference(text: str) -> str:
    """What a payment is for, structured."""
    return f"<RmtInf><Strd><CdtrRefInf><Ref>{escape(text)}</Ref></CdtrRefInf></Strd></RmtInf>"


def free_text(text: str) -> str:
    """What a payment is for, in words."""
    return f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>"


def payment(inner: str = "", amount: str | None = None, version: str = "02") -> str:
    """One payment of a line; with an amount: of a batch."""
    money = "" if amount is None else f'<Amt Ccy="EUR">{amount}</Amt>'
    if version == "02" and money:
        money = f"<AmtDtls><TxAmt>{money}</TxAmt></AmtDtls>"
    return f"<TxDtls>{money}{inner}</TxDtls>"


def statement(*lines: Line, version: str = "02", account: str = ACCOUNT, part: str = "P1") -> bytes:
    """A statement with these lines."""
    inner = "".join(_line(each, version) for each in lines)
    return document(
        f"<Stmt><Id>{part}</Id><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{inner}</Stmt>",
        version=version,
    )


def document(parts: str, *, version: str = "02", head: str = "") -> bytes:
    """A message with these parts."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<Document xmlns="{namespace}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>{parts}</BkToCstmrStmt></Document>"
    ).encode()


def _line(line: Line, version: str) -> str:
    status = f"<Cd>{line.status}</Cd>" if version == "08" else line.status
    details = payment(line.own) if line.details is None else line.details
    return (
        f'<Ntry><Amt Ccy="{line.currency}">{line.amount}</Amt>'
        f"<CdtDbtInd>{line.side}</CdtDbtInd>"
        f"{_optional('RvslInd', line.reversal)}<Sts>{status}</Sts>"
        f"{_optional('BookgDt', line.booked_on and f'<Dt>{line.booked_on}</Dt>')}"
        f"{_optional('AcctSvcrRef', line.bank_reference)}"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _optional(name: str, inner: str | None) -> str:
    return "" if inner is None else f"<{name}>{inner}</{name}>"
