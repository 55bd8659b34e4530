"""The bulk engine behind `orders.shipments`: rows in, verdicts out, in a number of statements that never grows."""
