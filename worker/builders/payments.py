"""Builds the activities of feature ``payments``."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.adapters.banks.banks import Banks, make_bank
from activities.adapters.banks.statements import HttpStatements, StatementRequests, Statements
from activities.adapters.billing.payments import (
    BillingPayments,
    HttpBillingPayments,
    NoBillingPayments,
)
from activities.payments.payment import AskBankActivities, BookPaymentActivities, PaymentActivities
from activities.payments.statements import ReadingActivities, ReadStatementsActivities
from activities.provisioning.run_step import StepRunner
from settings.banks import BankSettings
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.http import http_client
from worker.builders.provisioning import billing_requests
from worker.registration import ActivityCarrier


@contextmanager
def payments(
    settings: WorkerSettings, database: Database, steps: StepRunner
) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards."""
    with ExitStack() as stack:
        banks = Banks(make_bank(each, _statements(each, stack)) for each in settings.banks)
        with_statements = [each.name for each in settings.banks if each.statements_url]
        yield [
            PaymentActivities(database, settings.payment.rules()),
            BookPaymentActivities(steps, _billing(settings, stack), settings.zone),
            AskBankActivities(database, banks, settings.payment.rules()),
            ReadingActivities(database, with_statements),
            ReadStatementsActivities(database, banks),
        ]


def _statements(bank: BankSettings, stack: ExitStack) -> Statements | None:
    if bank.statements_url is None:
        return None
    requests = StatementRequests(
        stack.enter_context(http_client(bank.timeout, 1)),
        str(bank.statements_url),
        bank.statements_token,
        timeout=bank.timeout.total_seconds(),
    )
    return HttpStatements(requests, bank.account_iban)


def _billing(settings: WorkerSettings, stack: ExitStack) -> BillingPayments:
    requests = billing_requests(settings.billing, settings.target.slots, stack)
    return NoBillingPayments() if requests is None else HttpBillingPayments(requests)
