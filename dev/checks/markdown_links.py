"""``python -m dev.checks.markdown_links``: check every relative link and anchor of the docs."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

_LINK = re.compile(
    r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE
)
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def dead_links(root: Path) -> Iterator[str]:
    """Yield ``page: link`` for each dead link; external addresses are not checked."""
    for page in sorted(_pages(root)):
        for target in _links(page.read_text()):
            if not _leads_somewhere(page, target, root):
                yield f"{page.relative_to(root)}: {target}"


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, named as GitHub names them."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCED.sub("", text)):
        words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = again = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while again in found:
            number += 1
            again = f"{name}-{number}"
        found.add(again)
    return found


def _pages(root: Path) -> Iterator[Path]:
    for page in root.rglob("*.md"):
        if not any(part.startswith(".") for part in page.relative_to(root).parts):
            yield page


def _links(text: str) -> Iterator[str]:
    for inline, reference in _LINK.findall(_CODE.sub("", text)):
        target = inline or reference
        if not _ELSEWHERE.match(target):
            yield target


def _leads_somewhere(page: Path, target: str, root: Path) -> bool:
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.exists() or root.resolve() not in (there, *there.parents):
        return False
    return not anchor or there.suffix != ".md" or anchor in anchors(there.read_text())


def main() -> int:
    """Print dead links; exit code 1 if there are any."""
    dead = list(dead_links(Path.cwd()))
    sys.stdout.writelines(f"{each}\n" for each in dead)
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
