"""The language of an inbox: as the caller asks for it, or as the person chose."""

from typing import Annotated

from fastapi import Depends, Header

from api.http.languages import named
from domain.numbers.sms_texts import Language


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
    return named(accept_language)


AskedLanguage = Annotated[Language | None, Depends(_asked)]
