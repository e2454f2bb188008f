"""Journeys of people through the pages of a running stack (page.16), one after the other.

One test, so that one stack is started: each journey is reported by its name.
"""

from collections.abc import Awaitable, Callable

import pytest

from dev.demo.client import Scene
from tests.clients.journeys import access, contracting, operations, paying, pictures, together
from tests.fixtures.browser_plugin import NewPage

Journey = Callable[[Scene, NewPage], Awaitable[None]]
JOURNEYS: tuple[Journey, ...] = (
    access.a_representative_lets_an_accountant_in,
    access.the_first_visit_is_with_a_number,
    access.two_tabs_are_two_companies,
    access.a_session_ends_in_the_middle_of_a_form,
    access.access_is_asked_for_without_scripts,
    operations.operations_correct_what_is_stuck,
    operations.support_explains,
    together.members_of_a_board_confirm_together,
    contracting.a_contract_is_signed_ordered_for_and_ended,
    paying.an_invoice_is_paid_and_call_details_are_made,
    operations.operations_retry_a_thousand,
)
LONG: tuple[Journey, ...] = (pictures.pictures_are_taken,)
"""In a long run alone: they show no more than that the pictures can be taken."""


@pytest.mark.timeout(1800)  # it is many tests in one
async def test_page_16_journeys(
    scene: Scene, new_page: NewPage, subtests: pytest.Subtests, *, long_run: bool
) -> None:
    for journey in (*JOURNEYS, *(LONG if long_run else ())):
        with subtests.test(journey.__name__):
            await journey(scene, new_page)
