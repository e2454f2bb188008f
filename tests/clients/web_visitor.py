"""People in a browser: they log in at the simulated provider, as on any day."""

from playwright.async_api import Page, expect

from dev.demo.client import Scene
from tests.fixtures.browser_plugin import NewPage


async def logged_in(
    scene: Scene, new_page: NewPage, code: str, path: str = "/et/", **options: object
) -> Page:
    """Open a page of the self-service, log in on the way, and return it."""
    page = await new_page(scene.stack.web_url, **options)
    await page.goto(path)
    await page.fill("#code", code)
    await page.click("button:has-text('Log in')")
    await expect(page.locator("h1")).to_be_visible()
    return page


async def staff_logged_in(
    scene: Scene, new_page: NewPage, subject: str, path: str = "/et/console", **options: object
) -> Page:
    """Open a page of the console, log in on the way as a test member of staff, and return it."""
    page = await new_page(scene.stack.web_url, **options)
    await page.goto(path)
    await page.select_option("#subject", subject)
    await page.click("button:has-text('Log in')")
    await expect(page.locator("h1")).to_be_visible()
    return page
