"""Send limits and the conversion watch, for tests."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendLimit, SendLimits
from domain.rates import Rate
from runtime.temporal_client import connect
from services.engine import Engine
from services.numbers.conversion import watch_conversion
from storage.database import Database
from tests.fixtures import payload_keys

GENEROUS = SendLimits({limit: Rate(1000, timedelta(hours=1)) for limit in SendLimit})
"""Limits that no test reaches by accident."""


def with_rates(limits: SendLimits, **rates: Rate) -> SendLimits:
    """Return these limits with the named ones replaced."""
    named = {SendLimit(name): rate for name, rate in rates.items()}
    return replace(limits, rates={**limits.rates, **named})


def watch(database: Database, number: PhoneNumber, rules: ConversionWatch) -> None:
    """Run the conversion watch for the number's prefix. It needs no Temporal."""

    async def carry_out() -> None:
        nobody = await connect(
            "127.0.0.1:1", namespace="default", cipher=payload_keys.cipher(), lazy=True
        )
        await watch_conversion(Engine(database, nobody, "unused"), rules, number)

    asyncio.run(carry_out())
