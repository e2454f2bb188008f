"""deleg.16: which decisions are possible about access, by where it comes from."""

import pytest

from domain.access.grants import Origin
from domain.reviews.decisions import ReviewDecision, ReviewRefusal, Standing

CONFIRM, SHORTEN, END = ReviewDecision
REGISTER, NUMBER, DELEGATION, OPERATOR = Origin
ALL = (CONFIRM, SHORTEN, END)


@pytest.mark.parametrize(
    ("origin", "owned", "may", "how"),
    [
        (REGISTER, False, (), "change_in_register"),
        (NUMBER, False, (END,), None),
        (DELEGATION, False, ALL, None),
        (OPERATOR, False, ALL, None),
        (NUMBER, True, (), "change_of_owner"),
        (OPERATOR, True, (), "change_of_owner"),
        (DELEGATION, True, ALL, None),
    ],
)
def test_deleg_16_what_may_be_decided(
    origin: Origin, owned: bool, may: tuple[ReviewDecision, ...], how: str | None
) -> None:
    standing = Standing(origin, owned)

    assert standing.may == may
    assert (standing.how_to_change and standing.how_to_change.code) == how
    assert [each for each in ReviewDecision if standing.against(each) is None] == [*may]


def test_deleg_16_why_a_decision_is_not_possible() -> None:
    assert Standing(REGISTER, owned=False).against(END) is ReviewRefusal.BY_REGISTER
    assert Standing(OPERATOR, owned=True).against(CONFIRM) is ReviewRefusal.OWN_ACCOUNT
    assert Standing(NUMBER, owned=False).against(SHORTEN) is ReviewRefusal.ONLY_END
