"""Plots: where bars stand, and that they can be read where colours are the system's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.async_api import expect

from runtime.http_server import serving
from tests.builders.gallery.app import Gallery
from tests.fixtures.browser_plugin import NewPage
from tests.fixtures.ports import free_port
from web.theme.plots import bar_plot


def days(*values: int | None) -> list[tuple[str, int | None]]:
    return [(f"day {place}", value) for place, value in enumerate(values, 1)]


def test_bill_6_bars_of_days_stand_by_themselves() -> None:
    plot = bar_plot(days(0, 3, 6, None), str)

    assert [(each.said, each.height) for each in plot.bars] == [
        ("day 2: 3", "50%"),
        ("day 3: 6", "100%"),
    ]
    assert [each.said for each in plot.scale] == ["6", "3"]
    assert {each.before_height for each in plot.bars} == {"0%"}
    assert plot.limit is None


def test_bill_6_with_a_limit_bars_show_how_much_of_it_is_left() -> None:
    plot = bar_plot(days(2, 0, 3, None), str, limit=10)

    assert [(each.before_height, each.height) for each in plot.bars] == [
        ("0%", "20%"),
        ("20%", "0%"),
        ("20%", "30%"),
    ]
    assert plot.limit is not None
    assert (plot.limit.said, plot.limit.y) == ("10", "0%")


@pytest.mark.parametrize(
    ("most", "unit", "end"),
    [(0, 600, 600), (601, 600, 1200), (7000, 600, 12_000), (41, 4, 80), (25, 1, 30)],
)
def test_bill_6_an_axis_ends_at_a_round_number(most: int, unit: int, end: int) -> None:
    assert bar_plot(days(most), str, units=(unit,)).scale[0].said == str(end)


def test_bill_6_an_axis_is_in_the_largest_unit_of_which_there_is_one() -> None:
    assert bar_plot(days(5000), str, units=(3600, 600)).scale[0].said == "7200"
    assert bar_plot(days(1500), str, units=(3600, 600)).scale[0].said == "1800"


@given(
    st.lists(st.integers(0, 10**13), min_size=1, max_size=31),
    st.none() | st.integers(0, 10**14),
    st.sampled_from([1, 4, 600, 10**8]),
)
def test_bill_6_every_bar_is_within_the_plot(
    values: list[int], limit: int | None, unit: int
) -> None:
    plot = bar_plot(days(*values), str, limit=limit, units=(unit,))

    for bar in plot.bars:
        assert float(bar.top[:-1]) >= -0.01
        assert float(bar.before_height[:-1]) + float(bar.height[:-1]) <= 100.01
        assert float(bar.x[:-1]) + float(bar.width[:-1]) <= 100
    if plot.limit:
        assert 0 <= float(plot.limit.y[:-1]) <= 100


async def test_bill_6_a_plot_is_read_aloud_and_seen_in_forced_colours(
    new_page: NewPage, http_servers: None
) -> None:
    gallery, port = Gallery.of("volitus"), free_port()
    async with serving(gallery.app(), "127.0.0.1", port):
        page = await new_page(f"http://127.0.0.1:{port}", forced_colors="active")
        await page.goto("/et/gallery")
        picture = page.get_by_role("img", name="Mobiilne internet, november 2026").first
        await expect(picture).to_have_accessible_description("Kokku 12 GB, pakett 25 GB.")
        fills = await picture.evaluate(
            """svg => [".plot-bar", ".plot-before", ".plot-text"].map(
                each => getComputedStyle(svg.querySelector(each)).fill)"""
        )

        assert len(set(fills)) == 3
        await page.emulate_media(media="print")
        await expect(picture).to_be_visible()
