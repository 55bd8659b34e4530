"""Papers of cases, Chinese on A4: the return and exchange form, the return note, the whole file, a day's hand-over.

Their labels are the firm's own words and stay Chinese in whatever language somebody reads the pages.
"""
