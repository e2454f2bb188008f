"""Problems of reviews that are refused, with the text of each refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.problems import Problem
from api.http.validation_errors import ValidationIssue
from domain.numbers.sms_texts import Language
from domain.reviews.decisions import ReviewIssue, ReviewRefusal, ReviewRefused
from runtime import texts


@contextmanager
def as_refused(pointer: str) -> Iterator[None]:
    """Turn ReviewRefused into a problem. ``pointer``: with ``{number}`` and ``{field}``."""
    try:
        yield
    except ReviewRefused as refused:
        raise Problem(
            "review_refused",
            errors=[_shown(issue, pointer) for issue in refused.issues],
            refusals=[issue.code for issue in refused.issues],
        ) from None


def _shown(issue: ReviewIssue, pointer: str) -> ValidationIssue:
    ours = issue.code in set(ReviewRefusal)
    text = texts.text(f"refusal.{'review.' if ours else ''}{issue.code}", Language.ENGLISH)
    return ValidationIssue(pointer.format(number=issue.number, field=issue.field), text)
