from domain.orders.refusals import TEXTS, OrderRefusal


def test_order_9_every_refusal_has_a_text_that_reads_well() -> None:
    assert list(TEXTS) == list(OrderRefusal)
    assert [text for text in TEXTS.values() if not text[0].isupper() or text.endswith(".")] == []
