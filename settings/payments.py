"""Settings of payments: how long what is waited for, what settles one, and addresses."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from domain.payments.due import PaymentRules
from domain.payments.words import SettledBy
from settings.fields import BaseUrl, Span
from settings.register import NEVER, When
from settings.sections import Section

_LONGEST = timedelta(days=90)


class PaymentSettings(Section):
    """Payments of invoices at banks."""

    silent_after: Span = Field(
        timedelta(hours=1),
        le=_LONGEST,
        description="Without a word of the bank for so long, a payment is `unknown`: it may be paid"
        " or not, and the bank's statement tells.",
    )
    expires_after: Span = Field(
        timedelta(days=7),
        le=_LONGEST,
        description="Without a word of the bank and without an entry in a statement for so long,"
        " nothing is expected of a payment any more.",
    )
    statement_within: Span = Field(
        timedelta(days=3),
        le=_LONGEST,
        description="A payment that the bank says is paid, and that no statement has for so long,"
        " is shown to operations.",
    )
    settled_by: SettledBy = Field(
        SettledBy.STATEMENT,
        description="`statement`: an invoice is paid once the bank's statement has the money."
        " `notice`: the bank's signed word, sent within five minutes, is enough.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.expires_after < self.silent_after:
            raise ValueError(
                "VOLITUS_PAYMENT_EXPIRES_AFTER: not before VOLITUS_PAYMENT_SILENT_AFTER"
            )
        return self

    def rules(self) -> PaymentRules:
        """The domain's rules of payments."""
        return PaymentRules(
            self.silent_after, self.expires_after, self.statement_within, self.settled_by
        )


class PaymentWorkerSettings(PaymentSettings):
    """Payments of invoices at banks, as a worker carries them out."""

    slots: int = Field(
        5, ge=1, description="Questions to banks, and statements that are read, at once."
    )


class PaymentApiSettings(PaymentSettings):
    """Payments of invoices at banks, as people start them."""

    api_url: BaseUrl | None = Field(
        None,
        description="The API's address as browsers and banks reach it, to which banks send the"
        " payer back; if unset, no payment is started.",
    )
    portal_url: BaseUrl | None = Field(
        None,
        description="Where the payer's browser goes then: below it `/payments/ID?language=et`, or"
        " `/payments/unread` where the bank's answer could not be read. If unset, the API answers"
        " in a sentence.",
    )


class StatementScheduleSettings(Section):
    """When banks' statements are read."""

    statements_at: When = Field(
        "*/15 6-22 * * *",
        description="When to read banks' statements: crontab, `VOLITUS_ZONE`, or `never`.",
    )

    def time(self) -> str:
        """Crontab of the readings; empty: there are none."""
        return "" if self.statements_at == NEVER else self.statements_at
