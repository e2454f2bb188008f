"""Templates: everything is escaped, nothing is missing in silence, and the brand has its say."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from runtime.texts import Language
from tests.builders.gallery.app import Gallery
from web.theme.brand import folder_of, load
from web.theme.environment import Theme
from web.theme.frame import Frame
from web.theme.static_files import StaticFiles

ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    """With the templates of a folder of the test's own, ``own/…``."""
    brand = load(folder_of("kanarbik"))
    zone = ZoneInfo("Europe/Tallinn")
    return Theme(brand, StaticFiles.of(brand), zone, {"own": tmp_path})


def page(theme: Theme, folder: Path, source: str, language: Language = ET, **values: object) -> str:
    (folder / "page.html").write_text(source)
    return theme.page("own/page.html", language, Frame("/"), **values)


def test_page_17_what_is_shown_is_escaped(theme: Theme, tmp_path: Path) -> None:
    said = page(theme, tmp_path, "{{ name }}{{ ui.tag(name) }}", name="<b>&")

    assert said == '&lt;b&gt;&amp;<span class="ds-tag" data-color="neutral">&lt;b&gt;&amp;</span>'


def test_page_17_values_of_texts_are_escaped(theme: Theme, tmp_path: Path) -> None:
    source = '{{ _("page.progress.of", done="<b>", total=ui.tag("2")) }}'

    assert page(theme, tmp_path, source).startswith('&lt;b&gt; / <span class="ds-tag"')


def test_page_17_values_of_attributes_are_escaped(theme: Theme, tmp_path: Path) -> None:
    said = page(
        theme, tmp_path, '{{ ui.button("Go", data_of=x, hidden=True, id=None) }}', x='"><b>'
    )

    assert 'data-of="&#34;&gt;&lt;b&gt;" hidden>' in said
    assert "id=" not in said


def test_a_value_that_is_missing_is_a_fault(theme: Theme, tmp_path: Path) -> None:
    with pytest.raises(UndefinedError, match="'people' is undefined"):
        page(theme, tmp_path, "{{ people }}")


def test_a_text_that_is_missing_is_a_fault(theme: Theme, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"page\.none"):
        page(theme, tmp_path, '{{ _("page.none") }}')


@pytest.mark.parametrize(
    ("language", "said"),
    [(ET, "5 ootab"), (RU, "5 ожидают"), (EN, "5 are waiting")],
)
def test_page_4_texts_are_in_the_language_of_the_page(
    theme: Theme, tmp_path: Path, language: Language, said: str
) -> None:
    assert page(theme, tmp_path, '{{ _n("page.frame.waiting", 5) }}', language) == said


def test_page_1_a_brand_puts_its_texts_in_place(theme: Theme) -> None:
    assert theme.texts(ET).text("page.frame.tagline") == "Äriklient"
    assert theme.texts(ET).text("page.frame.menu") == "Menüü"


def test_a_part_is_that_block_of_the_page(theme: Theme) -> None:
    gallery = Gallery.of("volitus")
    whole = gallery.html(ET)
    part = gallery.theme.part("gallery/gallery.html", "people", ET, people=["Jüri"], q="")

    assert 'id="people"' in whole
    assert part.lstrip().startswith('<div class="stack" id="people">')
    assert "Jüri" in part
    assert "<html" not in part


@pytest.mark.parametrize("language", Language)
def test_page_4_the_same_page_in_each_language_is_a_link_away(language: Language) -> None:
    html = Gallery.of("volitus").html(language)

    assert f'<html lang="{language}"' in html
    for other in Language:
        assert f'<link rel="alternate" hreflang="{other}" href="/{other}/gallery">' in html
        assert f'<a href="/{other}/gallery" lang="{other}" hreflang="{other}"' in html


def test_page_6_a_progress_goes_on_without_scripts(theme: Theme, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{% extends "theme/base.html" %}')

    said = theme.page("own/page.html", ET, Frame("/", refresh=5))

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in said


def test_page_17_nothing_inline_is_in_a_template() -> None:
    inline = [
        str(path)
        for path in [*Path("web").rglob("templates/**/*.html")]
        for sign in ("style=", "<style", "onclick", "onsubmit", "onchange", "javascript:", "hx-on")
        if sign in path.read_text()
    ]

    assert inline == []
