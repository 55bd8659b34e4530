"""What may be done to cases: opened, moved by a step, linked, reopened."""
