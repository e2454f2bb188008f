"""What each table holds, why, and for how long: the record of processing (GDPR Article 30).

docs/data.md shows it (``volitus people tables``), an export repeats it to the person. A table that
is missing here fails the tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain import retention


class Whom(StrEnum):
    """Whom the rows of a table are about."""

    PERSON = "people"
    """People who act for customers, are customers, or are named by a register."""
    STAFF = "staff"
    """Members of the operator's staff."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class HeldData:
    """One table: what it holds, why, and for how long."""

    table: str
    holds: str
    why: str
    """Purpose, and why that is lawful (Article 6)."""
    kept: str
    whom: Whom = Whom.PERSON
    """Whom its rows are about. Exports and erasures concern ``PERSON`` only."""


def _after(period: timedelta, what: str) -> str:
    return f"{period.days} days after {what}"


_NO_LIMIT = "without limit; pseudonymised when the person is erased"
_IDS_ONLY = "without limit, by id only"
_WITH_PROCESS = _after(retention.PROCESS, "its process ended")
_ACCESS = "deciding who may act for a customer: the contract, and the duty to refuse others"
_BOUGHT = "carrying out what was ordered: the contract; proving what was: the law on accounting"
_WITH_ORDER = _after(retention.ORDER, "the order ended")
_WRITTEN = _WITH_ORDER + "; what clients wrote until the person is erased"
_WITH_CONTRACT = (
    _after(retention.CONTRACT_DOCUMENT, "the contract ended")
    + ", also if the person is erased; longer while a legal claim needs it"
)
_PROOF = "proving later who had access and why: accountability, and legal claims"
_WITH_PAYMENT = _after(retention.PAYMENT, "it was over")
_PAID = "carrying out payments: the contract; proving them: the law on accounting"
_SHOWN = "showing customers their invoices, usage and limits: the contract"
_CARRY_OUT = "carrying out what was asked for: the contract"
_ABUSE = "stopping toll fraud and guessing: legitimate interest"
_REPAIR = "finding and repairing what went wrong: legitimate interest"
_TELL = "telling people about access that they give and get: the contract"
_RUN = "running the register sync: no personal data"

HELD = (
    HeldData(
        "access_bar",
        "that proved numbers give a person no access to an account, since when, and who decided so",
        _ACCESS,
        _IDS_ONLY,
    ),
    HeldData(
        "access_grant", "grants: role, scope, from when to when, reason, proof", _ACCESS, _IDS_ONLY
    ),
    HeldData(
        "access_request",
        "who asks for which access, of whom (registry code or customer number), and a message",
        _CARRY_OUT,
        _after(retention.ACCESS_REQUEST, "it was answered, withdrawn or lapsed"),
    ),
    HeldData(
        "access_use",
        "the last day on which a person used their access to an account",
        "showing who manages the account which access is not needed: legitimate interest",
        _after(retention.ACCESS_USE, "that day"),
    ),
    HeldData("account", "customer number, name and owner of an account", _ACCESS, _NO_LIMIT),
    HeldData(
        "appointment",
        "that a known person is a holder in a company",
        "noticing that the register changed for them: " + _ACCESS,
        "until the register no longer says so, or the person is erased",
    ),
    HeldData(
        "approval",
        "an act that people who represent a company together confirm: who proposed it, what it"
        " does, how it ended, and what somebody wrote who declined",
        _PROOF,
        "without limit, by id only; what was written until its writer or whom it names is erased",
    ),
    HeldData(
        "approval_confirmation",
        "who confirmed an act, when, by which login, and in which language they read it",
        _PROOF,
        _IDS_ONLY,
    ),
    HeldData(
        "authority_document",
        "papers on which an authority rests: what staff wrote about them, and where they are kept",
        _PROOF,
        "without limit; what names a person goes when the person is erased",
    ),
    HeldData(
        "bank_entry",
        "lines of the operator's bank statements: amount, reference number, and the payer's name",
        _PAID,
        _after(retention.PAYMENT, "the bank booked it") + "; the name until the payer is erased",
    ),
    HeldData(
        "bank_statement",
        "which statements of banks were read, and how many lines they have",
        "reading each line once: no personal data",
        "without limit",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "billing_change",
        "when what billing says of an account last changed because of something here",
        "showing what is up to date: no personal data",
        "without limit, by id only",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "billing_snapshot",
        "what billing last said of an account: what it owes, lines of invoices, sums of usage,"
        " limits; no number that was called",
        _SHOWN,
        _after(retention.BILLING_SNAPSHOT, "it was read"),
    ),
    HeldData(
        "bulk_company",
        "registry codes of all companies, with a fingerprint each",
        _RUN,
        "until the next file",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "bulk_retry", "stuck items of a bulk retry, and their results", _REPAIR, _WITH_PROCESS
    ),
    HeldData(
        "company",
        "country, registry code and name; a sole trader's are the person's own",
        _ACCESS,
        _NO_LIMIT,
    ),
    HeldData(
        "contact_settings",
        "language, and the number for SMS, that the person chose or the operator gave",
        _TELL,
        "until the person is erased",
    ),
    HeldData(
        "contract",
        "contracts: whose, for which product and services, terms (number, SIM, price), dates, who"
        " ended it, by ids",
        _BOUGHT,
        "without limit; number and SIM until the person is erased, a resting number for its time",
    ),
    HeldData(
        "contract_agreement",
        "who agreed to a contract, when, by which login, and in which language they read it",
        _BOUGHT,
        "without limit, by id only",
    ),
    HeldData(
        "contract_proposal",
        "contracts whose end the register gives cause for, and who of the staff decided, by ids",
        _BOUGHT,
        "as long as the contract",
        Whom.NOBODY,
    ),
    HeldData(
        "contract_service",
        "which services a contract is about, by ids",
        _BOUGHT,
        "as long as the contract",
        Whom.NOBODY,
    ),
    HeldData(
        "contract_signature",
        "who signed a contract, when, by which method; the signature itself is a document",
        _BOUGHT,
        "without limit, by id only",
    ),
    HeldData(
        "contract_signing",
        "who was asked to sign a contract, by which method and login, and how it ended; while their"
        " phone asks also its number, the certificate and the verification code",
        _BOUGHT,
        "without limit, by id only",
    ),
    HeldData(
        "customer_size",
        "size class of an account's owner, who says so, and as of which day",
        _BOUGHT,
        "as long as the account",
    ),
    HeldData(
        "delegation",
        "who gave access to whom, who confirmed it, and offers: from when to when, how it ended,"
        " by ids",
        _PROOF,
        "without limit; who an offer was for only until it is accepted or closed",
    ),
    HeldData(
        "delegation_version",
        "what a delegation gives: permissions, services, days, and what it rests on, by ids; what a"
        " giver wrote it is for, of call details in full",
        _PROOF,
        "without limit, by id only; what was written until its writer or whom it names is erased",
    ),
    HeldData(
        "departure_review",
        "that somebody who gave access left a customer, by ids, and how its review ended",
        _PROOF,
        _IDS_ONLY,
    ),
    HeldData(
        "document_content",
        "contracts, their summaries and signatures, as files: names, codes, numbers, prices",
        _BOUGHT,
        _WITH_CONTRACT,
    ),
    HeldData(
        "drift",
        "where a network has something else than a service should have: both values, and who"
        " decided what about it",
        _REPAIR,
        "the values until it has ended; the rest " + _after(retention.DRIFT, "that"),
    ),
    HeldData(
        "drift_network",
        "how far a check for drift has read a network's list",
        _REPAIR,
        _WITH_PROCESS,
        whom=Whom.NOBODY,
    ),
    HeldData(
        "drift_staged",
        "services as a network shows them: number, state, characteristics",
        _REPAIR,
        "until they are compared, minutes later",
    ),
    HeldData("event", "the chained history: who did what, when and why, by ids", _PROOF, _IDS_ONLY),
    HeldData(
        "event_note",
        "what operators wrote beside an event",
        _PROOF,
        "without limit; removed when the person is erased, or by `volitus events erase-note`",
    ),
    HeldData(
        "event_seal", "position and hash of each event", _PROOF, "without limit", whom=Whom.NOBODY
    ),
    HeldData(
        "event_to_seal",
        "ids of events that wait for their seal",
        _PROOF,
        "about a second",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "extract",
        "who asked for which call details of an account, how much of them is shown, and how many"
        " there are, by ids",
        _CARRY_OUT,
        _WITH_PROCESS + "; before that where its maker deletes it, or is erased",
    ),
    HeldData(
        "extract_chunk",
        "files of call details: when, with which number, how long, at what cost; other numbers as"
        " far as their maker may see them",
        _CARRY_OUT,
        _after(retention.EXTRACT, "they were made"),
    ),
    HeldData(
        "feed_cursor",
        "how far a register's feed was read",
        _RUN,
        "until the next reading",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "feed_mark",
        "changes of companies that a feed listed",
        _RUN,
        _after(retention.FEED_MARK, "it was listed"),
        whom=Whom.NOBODY,
    ),
    HeldData(
        "idempotency_key",
        "answers to requests, to repeat them",
        _CARRY_OUT,
        _after(retention.IDEMPOTENCY_KEY, "the request"),
    ),
    HeldData(
        "invoice",
        "invoices of an account as billing last told them: number, days, sums, payment reference",
        _SHOWN,
        _after(retention.INVOICE, "billing last told it") + "; as long as a payment of it is",
    ),
    HeldData(
        "mandate",
        "what a paper gives to whom, on which account and days, and which staff recorded and"
        " confirmed it, by ids",
        _PROOF,
        "without limit; who it was for only until it is confirmed or closed",
    ),
    HeldData(
        "notice",
        "inbox: what the person was told about access, by ids and days, and when they read it",
        _TELL,
        _after(retention.NOTICE, "it was created"),
    ),
    HeldData(
        "number_block",
        "phone numbers and prefixes that get no codes",
        _ABUSE,
        _after(retention.NUMBER_BLOCK, "it ended"),
    ),
    HeldData(
        "operation", "requests that take time: progress and result", _CARRY_OUT, _WITH_PROCESS
    ),
    HeldData("order_alert", "that an order was late, and when", _CARRY_OUT, _WITH_ORDER),
    HeldData(
        "order_cancel",
        "who asked to cancel an order and when, by ids, and what the client gave as the reason",
        _CARRY_OUT,
        _WRITTEN,
    ),
    HeldData(
        "order_confirmation",
        "who confirmed an order, when, by which login, and in which language they read it",
        _PROOF,
        _WITH_ORDER,
    ),
    HeldData("order_milestone", "when items of orders were completed", _CARRY_OUT, _WITH_ORDER),
    HeldData("order_note", "notes of clients to an order, and their authors", _CARRY_OUT, _WRITTEN),
    HeldData(
        "payment",
        "payments of invoices: who started each, when, at which bank, its amount and how it ended;"
        " no account or card number",
        _PAID,
        _WITH_PAYMENT,
    ),
    HeldData(
        "payment_stamp",
        "the numbers under which a payment was handed to a bank",
        _PAID,
        "as long as the payment",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "person",
        "country, personal code, and the name by a register, else by a login or the operator",
        _ACCESS,
        _NO_LIMIT,
    ),
    HeldData(
        "port_out",
        "numbers that another operator takes, by the porting system's ids: how far, when, and ids"
        " of services; a keyed digest of the number",
        _BOUGHT,
        "without limit, by id only",
        Whom.NOBODY,
    ),
    HeldData(
        "process",
        "runs of what was asked for, by ids",
        _CARRY_OUT,
        _after(retention.PROCESS, "it ended"),
    ),
    HeldData(
        "product",
        "what can be ordered, in every version",
        "offering and carrying out orders: no personal data",
        "without limit: orders keep their versions",
        Whom.NOBODY,
    ),
    HeldData(
        "rate_limit",
        "use of limits by person, phone number, program and IP address",
        _ABUSE,
        "until the limit is free again: a day or two",
    ),
    HeldData(
        "register_budget",
        "number of queries to a register on a day",
        _RUN,
        _after(retention.REGISTER_BUDGET, "that day"),
        whom=Whom.NOBODY,
    ),
    HeldData(
        "register_ending",
        "numbers of grants that register answers ended",
        _RUN,
        _after(retention.REGISTER_ENDING, "they ended"),
        whom=Whom.NOBODY,
    ),
    HeldData(
        "register_state",
        "what the Commercial Register said of a company: holders with code, name and role, and the"
        " words of its signing rule",
        "deciding who may act by the public register, and proving it later: " + _ACCESS,
        _NO_LIMIT,
    ),
    HeldData(
        "rejected_record",
        "records of files and registers that could not be used, by key and reason",
        _REPAIR,
        _after(retention.REJECTED_RECORD, "it was resolved"),
    ),
    HeldData(
        "service",
        "number, name, user, state and network id of a service; its characteristics (package,"
        " limits, SIM, call forwarding, Wi-Fi name) as orders set them and as the operator told",
        _ACCESS,
        _NO_LIMIT,
    ),
    HeldData(
        "service_order",
        "orders: who placed one for which account, when, what it says, and what else the client"
        " gave (related parties and their names, references)",
        _BOUGHT,
        _WRITTEN,
    ),
    HeldData(
        "service_order_item",
        "what was ordered for which service: product, price, and values (a number that calls are"
        " forwarded to, a number that moves, a Wi-Fi name); no secret ones",
        _BOUGHT,
        _WRITTEN,
    ),
    HeldData(
        "service_reading",
        "what the network last had of a service: state and characteristics",
        _REPAIR,
        "until the next reading, or the person is erased",
    ),
    HeldData(
        "service_secret",
        "sealed: a Wi-Fi password until it is set, the activation code of an eSIM until it is used",
        _CARRY_OUT,
        _after(retention.SERVICE_SECRET, "it was ordered") + " at the latest",
    ),
    HeldData(
        "signing_rule_look",
        "that an officer looked at the groups of a company's signing rule, and with what result",
        _PROOF,
        "without limit",
        whom=Whom.STAFF,
    ),
    HeldData(
        "signing_rule_member",
        "who may act for a company, alone or in which group, as officers read its signing rule",
        _PROOF,
        _IDS_ONLY,
    ),
    HeldData(
        "signing_rule_reading",
        "how officers read a company's signing rule: which state, until when, who by id",
        _PROOF,
        _IDS_ONLY,
    ),
    HeldData(
        "sms",
        "SMS with codes and notices: delivery, parts, the gateway's id; no text and no number",
        "settling the gateway's bill: the contract, legal claims",
        _WITH_PROCESS,
    ),
    HeldData(
        "staff",
        "names of staff behind the pseudonymous ids of the history",
        "telling colleagues who did what: legitimate interest",
        "without limit; the name until `volitus staff erase`, when they leave",
        whom=Whom.STAFF,
    ),
    HeldData(
        "step", "effects on outside systems, by ids, with their receipts", _CARRY_OUT, _WITH_PROCESS
    ),
    HeldData(
        "stored_document",
        "which documents there are about a contract, by ids, with digests",
        _BOUGHT,
        "without limit, by id only",
        Whom.NOBODY,
    ),
    HeldData(
        "stuck",
        "what needs or needed an operator's decision, and what a target answered",
        _REPAIR,
        _after(retention.STUCK_ITEM, "it was closed"),
    ),
    HeldData(
        "suspension",
        "freezes by an operator, and of companies that are deleted or bankrupt: from when to when,"
        " why, and who by id",
        _ACCESS,
        _IDS_ONLY,
    ),
    HeldData(
        "sync_change",
        "answers of the register that are not applied yet",
        _ACCESS,
        "until its run has ended",
    ),
    HeldData(
        "sync_run",
        "readings of the register: counts, and a preview of grants by ids",
        _PROOF,
        _IDS_ONLY,
    ),
    HeldData(
        "target",
        "outside systems, and the id of who paused one",
        _REPAIR,
        "until it is resumed",
        whom=Whom.STAFF,
    ),
    HeldData(
        "target_failure",
        "resources whose calls to an outside system failed, by id, and why",
        _REPAIR,
        "until the target answers about it",
        whom=Whom.NOBODY,
    ),
    HeldData(
        "verification",
        "verifications of a phone number: the number, state and times",
        _ACCESS,
        "verified: without limit; others: " + _WITH_PROCESS,
    ),
)
"""Every table, by name."""

BY_TABLE = {each.table: each for each in HELD}


def as_markdown() -> Iterator[str]:
    """Yield the lines of the table in docs/data.md."""
    yield "| table | about | holds | why | kept |"
    yield "| --- | --- | --- | --- | --- |"
    for each in HELD:
        yield f"| `{each.table}` | {each.whom} | {each.holds} | {each.why} | {each.kept} |"
