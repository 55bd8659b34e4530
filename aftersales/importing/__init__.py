"""The platform's refund list becomes cases: what a row means, and how thousands of them are written in a few statements."""

from aftersales.importing.taking import take_in

__all__ = ["take_in"]
