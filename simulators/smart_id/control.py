"""``/_control`` beside what all signing simulators have: who has Smart-ID."""

from fastapi import APIRouter

from simulators.smart_id.people import People, PersonForm


def people_control(people: People) -> APIRouter:
    """Return the routes. Async although nothing waits: they run in the service's thread."""
    router = APIRouter(tags=["people"])

    @router.put("/people", description="Somebody beside SK's test people, or instead of one")
    async def add_person(form: PersonForm) -> PersonForm:
        people.add(form)
        return form

    @router.delete("/people", status_code=204, description="SK's test people alone")
    async def forget_people() -> None:
        people.forget()

    return router
