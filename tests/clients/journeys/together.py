"""Journeys of people who represent a company only together."""

from playwright.async_api import expect

from dev.demo.accountant_chapter import ACCOUNTANT
from dev.demo.client import Scene
from dev.demo.people import acting_alone, customer, living, seat_two
from tests.clients.web_visitor import logged_in
from tests.fixtures.browser_plugin import NewPage


async def members_of_a_board_confirm_together(scene: Scene, new_page: NewPage) -> None:
    """One proposes, the other reads the act in full and confirms it; then an officer looks."""
    companies = acting_alone(living(scene))
    first, second = seat_two(scene, companies[-5], companies[-6], together=True)
    account = customer(scene, companies[-5], "Kaks OÜ")
    proposer = await logged_in(scene, new_page, first.code)
    await proposer.goto(f"/et/c/{account}/people/give")
    await proposer.fill("#f-code", ACCOUNTANT)
    await proposer.check("input[value=accountant]")
    await proposer.click("main form button[type=submit]")
    await expect(proposer.locator(".notice")).to_be_visible()

    other = await logged_in(scene, new_page, second.code)
    await other.click("text=1 kinnitus ootab Teid")
    await other.click("main .cards a")
    await expect(other.locator("#act")).to_contain_text("Raamatupidaja")
    await other.click("#confirm button")
    await expect(other.locator(".notice")).to_be_visible()
    await expect(other.locator("#confirm")).to_have_count(0)
