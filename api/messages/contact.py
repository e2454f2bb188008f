"""Contacts of people: their own settings, and the contact that the operator gives."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.accounts.me import NOT_KNOWN, Acting
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import Store, acting, acting_person
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.numbers.dependencies import Policy, parse_number
from domain.messages import contact as domain_contact
from domain.messages.contact import ContactChoice, NumberSource
from domain.numbers.sms_texts import Language
from services.messages.contact import choose_contact, give_contact
from services.numbers.policy import NumberPolicy
from storage.messages import contact_queries

router = APIRouter(prefix="/v1", tags=["notices"], route_class=GuardedRoute)

_Number = Annotated[
    str | None, Field(min_length=3, max_length=30, description="As people write it; null: none.")
]


class Settings(ResponseModel):
    """The person's contact as it is now."""

    language: Language = Field(description="Language in which the person is written to.")
    sms: bool = Field(description="Notices are also sent by SMS, if there is a number.")
    number: str | None = Field(description="E.164.")
    number_from: NumberSource | None = Field(
        description="`proved`: chosen by the person; `operator`: given by the operator's systems."
    )

    @classmethod
    def of(cls, contact: domain_contact.Contact) -> Self:
        return cls(
            language=contact.language,
            sms=contact.sms,
            number=contact.number,
            number_from=contact.number_from,
        )


class ContactInput(RequestModel):
    """A person's new contact. A field that is left out gets its default."""

    language: Language = Field(description="Language in which the person is written to.")
    sms: bool = Field(description="Send notices by SMS as well.")
    number: _Number = None

    def choice(self, policy: NumberPolicy) -> ContactChoice:
        """Return the choice, its number in E.164. Raises Problem."""
        number = parse_number(policy, self.number).e164 if self.number else None
        return ContactChoice(self.language, self.sms, number)


@router.get("/me/settings", operation_id="getMySettings", responses=NOT_KNOWN)
def get_my_settings(admitted: Acting, database: Store) -> Settings:
    """Return the language and the number by which the person is reached."""
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        return Settings.of(contact_queries.contact(connection, person_id))


@router.put(
    "/me/settings",
    operation_id="putMySettings",
    responses=problems.together(
        NOT_KNOWN, problems.documented("number_not_allowed", "number_not_proved")
    ),
)
def put_my_settings(
    wanted: ContactInput, admitted: Acting, database: Store, policy: Policy
) -> Settings:
    """Choose the language of notices, and whether they are sent by SMS as well. Idempotent.

    A number must be one that the person proved, and nobody else after them; from when somebody
    else proves it, it is not used. Without a number of their own, the operator's is used.
    """
    choice = wanted.choice(policy)
    who = acting(database, admitted)
    return Settings.of(choose_contact(database, who.id, choice, actor=who.actor))


@router.put(
    "/people/{person_id:uuid}/contact",
    operation_id="putPersonContact",
    responses=problems.documented("not_found", "number_not_allowed"),
)
def put_person_contact(
    person_id: UUID,
    wanted: ContactInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    database: Store,
    policy: Policy,
) -> Settings:
    """Give the contact that the operator has of a person; returns how they are reached. Idempotent.

    What the person chose themselves comes first.
    """
    choice = wanted.choice(policy)
    return Settings.of(give_contact(database, person_id, choice, actor=admitted.actor))
