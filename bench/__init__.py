"""What the product costs, held against what the database itself costs. `python -m bench`; docs/bench.md explains it."""
