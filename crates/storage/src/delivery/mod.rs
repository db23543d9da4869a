//! Reads as delivery.
