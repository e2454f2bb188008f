"""Reasons of what paper mandates start and end. Facts are ids and days."""

from uuid import UUID

from domain.delegations.terms import Terms
from domain.mandates.states import MandateAnswer
from domain.reasons import Reason

_CLOSED = {
    MandateAnswer.REJECTED: Reason("mandate_rejected", "A second member of staff rejected it"),
    MandateAnswer.WITHDRAWN: Reason("mandate_withdrawn", "The one who recorded it withdrew it"),
    MandateAnswer.LAPSED: Reason("mandate_lapsed", "Nobody confirmed it in time"),
}


def recorded(document_id: UUID) -> Reason:
    """Return why a mandate waits for a second member of staff."""
    text = "A member of staff recorded a mandate on paper"
    return Reason("mandate_recorded", text, {"document": str(document_id)})


def given(mandate_id: UUID, document_id: UUID, terms: Terms) -> Reason:
    """Return the reason of a grant that a mandate gives."""
    facts = {
        "mandate": str(mandate_id),
        "document": str(document_id),
        "from": terms.from_day.isoformat(),
        "through": terms.through_day.isoformat(),
    }
    text = "Given on paper: one member of staff recorded the mandate, another confirmed it"
    return Reason("paper_mandate", text, facts)


def closed(answer: MandateAnswer) -> Reason:
    """Return why a mandate never came about. Raises KeyError for one that was confirmed."""
    return _CLOSED[answer]


def ended(mandate_id: UUID) -> Reason:
    """Return why a mandate, and each grant of it, was ended."""
    facts = {"mandate": str(mandate_id)}
    return Reason("mandate_ended", "A member of staff ended the mandate", facts)


EXPIRED = Reason("mandate_expired", "Its last day is over")
