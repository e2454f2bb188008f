"""Problems of delegations that are refused, with the text of each refusal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydantic import Field

from api.http import limits
from api.http.problems import Problem
from api.http.schemas import ResponseModel
from domain.delegations.refusals import DelegationRefusal as Refusal
from domain.delegations.refusals import DelegationRefused
from domain.numbers.sms_texts import Language
from domain.rates import LimitReached
from runtime import texts


def _text(refusal: Refusal) -> str:
    return texts.text(f"refusal.{refusal}", Language.ENGLISH)


class DelegationRefusalReason(ResponseModel):
    """One reason for which a delegation is refused."""

    code: Refusal = Field(description="Stable, for programs. More may be added.")
    text: str


def shown(refusals: Sequence[Refusal]) -> list[DelegationRefusalReason]:
    """Return the refusals, each with what it means."""
    return [DelegationRefusalReason(code=each, text=_text(each)) for each in refusals]


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn refusals, and limits that are reached, into problems."""
    try:
        yield
    except DelegationRefused as error:
        detail = texts.all_refusals(error.refusals, Language.ENGLISH)
        raise Problem("delegation_refused", detail, refusals=error.refusals) from None
    except LimitReached as reached:
        raise limits.too_many_requests(reached.retry_after) from None
