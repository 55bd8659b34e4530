"""A shop to look at: people, suppliers and a few days of invented trade, told through the product's own commands."""
