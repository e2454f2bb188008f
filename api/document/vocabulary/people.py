"""People, companies and their roles in what happens."""

from api.document.vocabulary.word import Word

WORDS = {
    "account_name": Word("Name of the account."),
    "actor": Word("Who did it."),
    "applicant": Word("The person who asks for access."),
    "bank": Word("Id of the bank: see `GET /v1/banks`."),
    "basis": Word("The authority that it rests on."),
    "company_name": Word("Name of the company.", "Null: it is not known."),
    "country": Word("Country of the company's register: ISO 3166-1, two letters."),
    "frozen_by": Word("The member of staff who froze it."),
    "giver": Word("The person who gives the access."),
    "lifted_by": Word("The member of staff who lifted it.", "Null: it is not lifted."),
    "looked_by": Word("The member of staff who looked."),
    "name": Word("Name of the {thing}.", "Null: it is not known, or not for the caller to see."),
    "permission": Word("The permission, as `GET /v1/permissions` lists it."),
    "permissions": Word("Permissions, as `GET /v1/permissions` lists them."),
    "person": Word("The person."),
    "proposer": Word("The person who proposed it."),
    "receiver": Word("The person who gets the access."),
    "recorded_by": Word("The member of staff who recorded it."),
    "role": Word("Code of the access role, as `GET /v1/roles` lists it."),
    "roles": Word("Codes of the access roles, as `GET /v1/roles` lists them."),
}
