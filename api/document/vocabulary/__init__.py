"""What a property of a name means everywhere, where its model does not say more.

One word for one thing (docs/glossary.md): so one sentence for one name. ``{thing}`` is what the
model is about (``api.document.things``). What is peculiar to one model, its own field says.
"""

from collections.abc import Mapping

from api.document.vocabulary import amounts, ids, moments, people, states, texts
from api.document.vocabulary.word import Word

WORDS: Mapping[str, Word] = {
    **ids.WORDS,
    **people.WORDS,
    **moments.WORDS,
    **states.WORDS,
    **amounts.WORDS,
    **texts.WORDS,
}
