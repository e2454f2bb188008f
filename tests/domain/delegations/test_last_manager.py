"""deleg.7: what is warned of when somebody takes away the right to manage access."""

import pytest

from domain.delegations.last_manager import Managers, WarningCode, warnings

LAST, OWN = WarningCode.LAST_MANAGER, WarningCode.OWN_RIGHT_ENDS
NOBODY, OTHERS, WITH_ME = Managers(False, False), Managers(True, False), Managers(True, True)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(WITH_ME, WITH_ME, (), id="nothing-changes"),
        pytest.param(OTHERS, OTHERS, (), id="others-stay"),
        pytest.param(NOBODY, NOBODY, (), id="nobody-managed-it-before"),
        pytest.param(OTHERS, NOBODY, (LAST,), id="nobody-is-left"),
        pytest.param(WITH_ME, OTHERS, (OWN,), id="others-are-left"),
        pytest.param(WITH_ME, NOBODY, (LAST, OWN), id="i-was-the-last"),
        pytest.param(NOBODY, WITH_ME, (), id="i-come"),
    ],
)
def test_deleg_7_the_last_who_manages_access_is_warned(
    before: Managers, after: Managers, expected: tuple[WarningCode, ...]
) -> None:
    assert warnings(before, after) == expected
