"""A statement as camt.053: version 08 from Kuusk Pank, version 02 from Tamm Pank."""

from datetime import date
from xml.sax.saxutils import escape

from simulators.bank.ledger import Line, Statement
from simulators.bank.profiles import KUUSK

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def statement_xml(statement: Statement) -> bytes:
    """Return the XML."""
    new = statement.bank == KUUSK
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{'08' if new else '02'}"
    made = f"<CreDtTm>{statement.made_on}T23:59:59</CreDtTm>"
    account = f"<Id><IBAN>{statement.bank.account}</IBAN></Id><Ccy>EUR</Ccy>"
    lines = "".join(_line(line, day, new=new) for day, line in statement.lines)
    return (
        f'{_HEAD}<Document xmlns="{namespace}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{statement.id}</MsgId>{made}</GrpHdr>"
        f"<Stmt><Id>{statement.id}</Id>{made}<Acct>{account}</Acct>{lines}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


def _line(line: Line, day: date, *, new: bool) -> str:
    status = "<Cd>BOOK</Cd>" if new else "BOOK"
    side = "DBIT" if line.is_return else "CRDT"
    reversal = "<RvslInd>true</RvslInd>" if line.is_return else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{line.amount:.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}'
        f"<Sts>{status}</Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>{line.number}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls>{_details(line, new=new)}</TxDtls></NtryDtls></Ntry>"
    )


def _details(line: Line, *, new: bool) -> str:
    name = f"<Nm>{escape(line.payer_name)}</Nm>"
    party = "Cdtr" if line.is_return else "Dbtr"
    who = f"<{party}>{f'<Pty>{name}</Pty>' if new else name}</{party}>"
    account = f"<{party}Acct><Id><IBAN>{line.payer_account}</IBAN></Id></{party}Acct>"
    return (
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>{line.transfer}</TxId></Refs>"
        f"<RltdPties>{who}{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.message)}</Ustrd>{_reference(line)}</RmtInf>"
    )


def _reference(line: Line) -> str:
    if line.reference is None:
        return ""
    kind = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
    return f"<Strd><CdtrRefInf>{kind}<Ref>{escape(line.reference)}</Ref></CdtrRefInf></Strd>"
