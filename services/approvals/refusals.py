"""Refusals of approvals, as refusals of use cases."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.approvals.refusals import ApprovalRefused
from services.errors import Refused


@contextmanager
def as_refused() -> Iterator[None]:
    """Turn ApprovalRefused into Refused, with what the register says against it."""
    try:
        yield
    except ApprovalRefused as error:
        raise Refused(error.refusal, error.reason.text if error.reason else "") from None
