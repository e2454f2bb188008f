"""What is wrong with a brand's files: texts, drawings, and colours that people cannot read."""

import re
from collections.abc import Iterator, Mapping
from functools import reduce

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from runtime.texts import Language, messages, placeholders

LARGEST_DRAWING = 20_000
"""Bytes of a logo or a favicon: they are loaded by every first visit."""
TEXT, GRAPHIC = 4.5, 3.0
"""Contrasts that WCAG 2.2 AA asks for: 1.4.3 for text, 1.4.11 for what is no text."""
PAIRS = (
    *(
        (f"text-{text}", f"{ground}", TEXT)
        for text in ("default", "subtle")
        for ground in (
            "background-default",
            "background-tinted",
            "surface-default",
            "surface-tinted",
        )
    ),
    *(("base-contrast-default", f"base-{state}", TEXT) for state in ("default", "hover", "active")),
    ("border-default", "background-default", GRAPHIC),
)
"""What is seen on what, in each colour."""
COLOURS = ("accent", "neutral", "brand1", "info", "success", "warning", "danger")
_SCHEMES = {"light": ':root, [data-color-scheme="light"] {', "dark": '[data-color-scheme="dark"] {'}


def text_problems(texts: Mapping[Language, Mapping[str, str]]) -> Iterator[str]:
    """Yield each text that stands for none of the catalogue, or names what that does not have."""
    for language, said in texts.items():
        known = messages(language)
        for id_, text in said.items():
            if id_ not in known:
                yield f"texts.{language}: the catalogue has no {id_!r}"
                continue
            try:
                strange = placeholders(text) - placeholders(known[id_])
            except ValueError as error:
                yield f"texts.{language}: {id_}: {error}"
                continue
            yield from (f"texts.{language}: {id_} has no {{{name}}}" for name in sorted(strange))


def drawing_problems(svg: bytes) -> Iterator[str]:
    """Yield why a drawing cannot be shown: too large, no SVG, or with scripts in it."""
    if len(svg) > LARGEST_DRAWING:
        yield f"{len(svg)} bytes, at most {LARGEST_DRAWING} are allowed"
    try:
        root = fromstring(svg)
    except (SyntaxError, ValueError, DefusedXmlException) as error:
        yield f"no SVG: {error}"
        return
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        yield f"no SVG: its root is {root.tag}"
    if any(str(each.tag).endswith("}script") for each in root.iter()):
        yield "has a script"


def token_problems(css: str) -> Iterator[str]:
    """Yield colours that are missing, and pairs of them that people cannot tell apart (WCAG AA)."""
    for scheme, opening in _SCHEMES.items():
        block = css.partition(opening)[2].partition("}")[0]
        found = dict(re.findall(r"--ds-color-([\w-]+): *(#[0-9a-fA-F]{6}) *;", block))
        for colour in COLOURS:
            for front, ground, least in PAIRS:
                names = (f"{colour}-{front}", f"{colour}-{ground}")
                if missing := [name for name in names if name not in found]:
                    yield from (f"tokens.css: {scheme}: no --ds-color-{each}" for each in missing)
                    continue
                seen = contrast(found[names[0]], found[names[1]])
                if seen < least:
                    yield (
                        f"tokens.css: {scheme}: {names[0]} on {names[1]} has the contrast "
                        f"{seen:.2f}, at least {least} is needed"
                    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as ``#1b4f9c``, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    weighed = zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    return reduce(lambda total, each: total + each[0] * each[1], weighed, 0.0)
