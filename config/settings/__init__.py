"""Settings: `base` is driven by the environment and serves every role; `test` only makes it fast."""
