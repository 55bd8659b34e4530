def test_factories_make_valid_rows(db):
    from tests.factories import OrderLineFactory, RefundFactory

    line = OrderLineFactory()
    assert line.fulfilment.order == line.order
    assert RefundFactory(order=line.order).order == line.order
