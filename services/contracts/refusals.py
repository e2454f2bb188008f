"""Refusals of agreements to contracts, as refusals of use cases."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.contracts.agreeing import AgreeRefused
from services.errors import Refused


@contextmanager
def as_refused() -> Iterator[None]:
    """Turn AgreeRefused into Refused, with what the register says against it."""
    try:
        yield
    except AgreeRefused as error:
        raise Refused(error.refusal, error.reason.text if error.reason else "") from None
