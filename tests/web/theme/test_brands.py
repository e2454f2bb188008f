"""A brand is a folder: those that come with the product are good, and faults are named."""

import shutil
from pathlib import Path

import pytest

from runtime.texts import Language
from web.theme.brand import BUILT_IN, BrandInvalid, folder_of, load
from web.theme.brand_checks import contrast

BRANDS = sorted(path.name for path in BUILT_IN.iterdir() if path.is_dir())
ET = Language.ESTONIAN


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A brand of the operator's own, outside of the product."""
    return shutil.copytree(BUILT_IN / "kanarbik", tmp_path / "brand")


def problems(folder: Path) -> str:
    with pytest.raises(BrandInvalid) as raised:
        load(folder)
    return "\n".join(raised.value.problems)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name", BRANDS)
def test_page_1_brands_of_the_product_are_good(name: str) -> None:
    assert load(folder_of(name)).name


def test_page_1_a_brand_is_any_folder(own: Path) -> None:
    brand = load(folder_of(str(own)))

    assert brand.name == "Kanarbik Äri"
    assert brand.texts[ET] == {"page.frame.tagline": "Äriklient"}
    assert [link.text[ET] for link in brand.links] == ["Privaatsus", "Ligipääsetavus"]


def test_page_1_everything_that_is_missing_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "none").splitlines() == [
        f"{name} is missing" for name in ("brand.toml", "tokens.css", "logo.svg", "favicon.svg")
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "', 'nom = "', "brand.toml: name: Field required"),
        ("+3726200000", "620 0000", "brand.toml: support_phone: "),
        ("https://kanarbik.example/privaatsus", "javascript:alert(1)", "brand.toml: links.0.url"),
        ('text.ru = "Доступность"\n', "", "brand.toml: links.1.text: ru is missing"),
        ('ru = "пн–пт 8–20"\n', "", "brand.toml: support_hours: ru is missing"),
        ("page.frame.tagline", "page.frame.slogan", "texts.et: the catalogue has no 'page.frame"),
        ('"Äriklient"', '"{who}"', "texts.et: page.frame.tagline has no {who}"),
        ('"Äriklient"', '"{who"', "texts.et: page.frame.tagline: expected '}'"),
        ("[texts.et]", "[texts.fi]", "brand.toml: texts.fi"),
        ("[texts.et]", "[texts.et", "brand.toml: "),
    ],
)
def test_page_1_a_fault_of_the_file_is_named(own: Path, old: str, new: str, said: str) -> None:
    edit(own / "brand.toml", old, new)

    assert said in problems(own)


def test_page_15_colours_that_cannot_be_read_are_refused(own: Path) -> None:
    edit(
        own / "tokens.css",
        "--ds-color-accent-base-default: #7a2e8e",
        "--ds-color-accent-base-default: #d9a7e6",
    )

    assert problems(own) == (
        "tokens.css: light: accent-base-contrast-default on accent-base-default has the contrast "
        "1.98, at least 4.5 is needed"
    )


def test_page_1_colours_that_are_missing_are_named(own: Path) -> None:
    (own / "tokens.css").write_text("body { color: red }")

    assert "tokens.css: dark: no --ds-color-accent-text-default" in problems(own)


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "has a script"),
        ("<html/>", "no SVG: its root is html"),
        ("PNG", "no SVG: "),
        (f'<svg xmlns="http://www.w3.org/2000/svg"><!--{"x" * 20_000}--></svg>', "20000 are"),
    ],
)
def test_page_1_a_logo_is_a_small_drawing(own: Path, drawing: str, said: str) -> None:
    (own / "logo.svg").write_text(drawing)

    assert said in problems(own)


@pytest.mark.parametrize(
    ("one", "other", "seen"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)]
)
def test_page_15_contrast_is_that_of_wcag(one: str, other: str, seen: float) -> None:
    assert contrast(one, other) == pytest.approx(seen, abs=0.01)
    assert contrast(other, one) == contrast(one, other)
