"""Refused acts as one line, with the codes and texts of the API."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.problem_kinds import KINDS
from cli.console import Failure
from domain.delegations.refusals import DelegationRefused
from domain.numbers.sms_texts import Language
from domain.signing_rules.refusals import ReadingRefused
from runtime import texts
from services.errors import NotFound, Refused


@contextmanager
def refused_in_one_line(unknown: str) -> Iterator[None]:
    """Raise Failure where the block is refused; ``unknown`` is said of what does not exist."""
    try:
        yield
    except NotFound:
        raise Failure(unknown) from None
    except Refused as refused:
        _, title = KINDS[refused.code]
        raise Failure(f"{title} ({refused.code}). {refused.detail}".strip()) from None
    except DelegationRefused as refused:
        said = texts.all_refusals(refused.refusals, Language.ENGLISH)
        raise Failure(f"Refused ({', '.join(refused.refusals)}): {said}") from None
    except ReadingRefused as refused:
        said = "; ".join(
            texts.text(f"refusal.reading.{each}", Language.ENGLISH) for each in refused.refusals
        )
        raise Failure(f"Refused ({', '.join(refused.refusals)}): {said}") from None
