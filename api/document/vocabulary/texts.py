"""Texts for people, and lists with their pages."""

from api.document.vocabulary.word import Word

WORDS = {
    "description": Word("What it is, in words."),
    "items": Word("The entries, in the order of the list."),
    "next": Word("`after` for the next page; null: this is the last."),
    "opaque": Word("It has signing conditions that only a person can read."),
    "text": Word("The same in words, in the language of the answer."),
    "url": Word("Address of the bank's page."),
}
