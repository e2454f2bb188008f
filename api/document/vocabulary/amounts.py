"""Money, prices, counts and other numbers."""

from api.document.vocabulary.word import Word

WORDS = {
    "allowances": Word("What packages allow in the month, and what of it is used."),
    "amount": Word("The amount of money."),
    "attempts": Word("Number of attempts."),
    "bytes": Word("Bytes that were transferred."),
    "cents": Word("The amount, in cents of the currency."),
    "count": Word("Number of items in the group."),
    "currency": Word("Currency: ISO 4217, three letters."),
    "differences": Word("Number of differences."),
    "gross": Word("With VAT."),
    "in_doubt": Word("Number of items whose outcome is unknown: they may have happened."),
    "is_vat_included": Word("Whether VAT is included."),
    "net": Word("Without VAT."),
    "parameters": Word("What the product leaves open, by name."),
    "period": Word("The time that it is for.", "Null: it is for no certain time."),
    "position": Word("Position in the hash chain: 1 is the first."),
    "prices": Word("What it costs."),
    "product": Word("Id of the product, as the catalogue names it."),
    "refused": Word("Number of items that cannot be retried."),
    "seconds": Word("Seconds of calls."),
    "used": Word("What of it is used."),
    "vat": Word("VAT."),
    "version": Word("Version: it grows by one with each change."),
    "would_retry": Word("Number of items that would be retried."),
}
