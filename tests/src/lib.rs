//! Only tests: see `http/` and `browser/`.
