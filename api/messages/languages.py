"""The language in which a caller wants texts: the header Accept-Language (RFC 9110, 12.5.4)."""

from typing import Annotated

from fastapi import Depends, Header

from domain.numbers.sms_texts import Language


def preferred(accepted: str) -> Language | None:
    """Return the language that the header's value prefers; None: none of ours."""
    found: list[tuple[float, Language]] = []
    for part in accepted.split(","):
        tag, _, quality = part.strip().partition(";")
        primary = tag.strip().partition("-")[0].lower()
        if primary in set(Language) and (weight := _weight(quality)) > 0:
            found.append((weight, Language(primary)))
    # The first of those that weigh the same.
    return max(found, key=lambda each: each[0], default=(0.0, None))[1]


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


async def _asked(
    accept_language: Annotated[
        str | None,
        Header(
            max_length=200,
            description="Languages of texts, best first: `et`, `ru`, `en`. Left out, or none of"
            " these: the language that the person chose.",
        ),
    ] = None,
) -> Language | None:
    return preferred(accept_language or "")


AskedLanguage = Annotated[Language | None, Depends(_asked)]
