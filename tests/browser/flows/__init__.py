"""Whole flows in a real browser, from the request to the settled loss, each person at their own pages."""
