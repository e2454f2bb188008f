"""Visits to pages for customers: signed in at the provider of the self-service."""

from typing import Annotated

from fastapi import Depends

from settings.web import Audience
from web.selfservice.navigation import person_links
from web.visit import Visit, visiting


async def _visit(visit: Annotated[Visit, Depends(visiting(Audience.SELFSERVICE))]) -> Visit:
    visit.around.person_menu = person_links(visit.path, visit.text)
    visit.around.sign_out = visit.at("/logout")
    return visit


SelfserviceVisit = Annotated[Visit, Depends(_visit)]
