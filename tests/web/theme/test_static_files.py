"""Files of pages: addresses that change with the content, kept for ever, and light."""

import gzip
import re

import pytest
from httpx import ASGITransport, AsyncClient

from runtime.texts import Language
from tests.builders.gallery.app import Gallery

LIGHT = 100_000
"""Bytes, compressed, that a first visit may take (DESIGN.md)."""


@pytest.fixture(scope="module", params=["volitus", "kanarbik"])
def gallery(request: pytest.FixtureRequest) -> Gallery:
    return Gallery.of(request.param)


@pytest.fixture
def client(gallery: Gallery) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(gallery.app()), base_url="http://pages")


async def test_page_18_the_first_visit_is_light(gallery: Gallery, client: AsyncClient) -> None:
    html = gallery.html(Language.ESTONIAN)
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)

    taken = len(gzip.compress(html.encode()))
    for url in loaded:
        async with client.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.headers["content-encoding"] == "gzip"
            taken += int(response.headers["content-length"])

    assert len(loaded) == 8
    assert taken < LIGHT


async def test_page_18_a_file_is_kept_for_ever(gallery: Gallery, client: AsyncClient) -> None:
    response = await client.get(gallery.files.url("app.css"))

    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0"])
async def test_page_18_who_takes_no_gzip_gets_none(
    gallery: Gallery, client: AsyncClient, accepted: str
) -> None:
    response = await client.get(gallery.files.url("htmx.js"), headers={"Accept-Encoding": accepted})

    assert "content-encoding" not in response.headers
    assert response.text.startswith("var htmx")


async def test_page_18_a_page_of_another_release_gets_the_file_and_keeps_it_not(
    client: AsyncClient,
) -> None:
    response = await client.get("/static/00000000/app.css")

    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["vendor.toml", "..%2Fbrand.toml", "brand/brand.toml", ""])
async def test_page_17_nothing_else_is_served(client: AsyncClient, name: str) -> None:
    assert (await client.get(f"/static/00000000/{name}")).status_code == 404


def test_page_1_brands_differ_in_their_addresses_alone(gallery: Gallery) -> None:
    other = Gallery.of("kanarbik" if "Volitus" in gallery.html(Language.ENGLISH) else "volitus")

    assert gallery.files.url("app.css") == other.files.url("app.css")
    assert gallery.files.url("brand/tokens.css") != other.files.url("brand/tokens.css")
