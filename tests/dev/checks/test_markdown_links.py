from pathlib import Path

import pytest

from dev.checks.markdown_links import anchors, dead_links


def _page(folder: Path, text: str) -> list[str]:
    (folder / "docs").mkdir()
    (folder / "docs" / "there.md").write_text("# A heading, `code`\n\n## Twice\n\n## Twice\n")
    (folder / "page.md").write_text(text)
    return list(dead_links(folder))


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("[x](docs/there.md)", id="a-page"),
        pytest.param("[x](docs)", id="a-folder"),
        pytest.param("[x](docs/there.md#a-heading-code)", id="an-anchor"),
        pytest.param("[x](docs/there.md#twice-1)", id="the-second-of-two-like-headings"),
        pytest.param("[x]: docs/there.md", id="a-reference"),
        pytest.param("[x](https://example.org/nowhere)", id="an-address-elsewhere"),
        pytest.param("`[x](nowhere.md)`", id="code"),
        pytest.param("```\n[x](nowhere.md)\n```", id="a-block-of-code"),
    ],
)
def test_good_links_are_silent(link: str, tmp_path: Path) -> None:
    assert _page(tmp_path, link) == []


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("nowhere.md", id="no-such-page"),
        pytest.param("docs/there.md#nowhere", id="no-such-heading"),
        pytest.param("#nowhere", id="no-such-heading-here"),
        pytest.param("../outside.md", id="out-of-the-repository"),
    ],
)
def test_dead_links_are_named(target: str, tmp_path: Path) -> None:
    assert _page(tmp_path, f"See [x]({target}).") == [f"page.md: {target}"]


def test_headings_in_code_are_no_anchors() -> None:
    assert anchors("# One\n```sh\n# two\n```\n") == {"one"}
