//! Nothing but tests: see `http/` and `browser/`.
