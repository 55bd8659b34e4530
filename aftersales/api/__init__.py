"""The suppliers' REST about cases: returns, questions, requests, what is sent again, shortages, claims."""
