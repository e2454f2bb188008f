"""Problems of readings that are refused, with the text of each refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.problems import Problem
from domain.numbers.sms_texts import Language
from domain.signing_rules.refusals import ReadingRefusal, ReadingRefused
from runtime import texts

_FOUR_EYES = (ReadingRefusal.SECOND_PERSON_NEEDED,)


@contextmanager
def as_problems() -> Iterator[None]:
    """Turn refusals into problems."""
    try:
        yield
    except ReadingRefused as error:
        if tuple(error.refusals) == _FOUR_EYES:
            raise Problem("second_person_needed", _text(*error.refusals)) from None
        raise Problem("reading_refused", _text(*error.refusals), refusals=error.refusals) from None


def _text(*refusals: ReadingRefusal) -> str:
    said = (texts.text(f"refusal.reading.{each}", Language.ENGLISH) for each in refusals)
    return "; ".join(said)
