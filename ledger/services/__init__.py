"""Money in and out, and who bears what a case cost. Each takes `by` and `now` (aware); a refusal is a BusinessError."""
