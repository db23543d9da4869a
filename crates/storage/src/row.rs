//! Conversions of stored values that several tables share.

use annai_domain::{ContentHash, Ref, RefName};

use crate::StorageError;
use crate::error::corrupt;

/// Converts a stored content hash.
pub(crate) fn content_hash(table: &'static str, bytes: &[u8]) -> Result<ContentHash, StorageError> {
    bytes.try_into().map_err(corrupt(table, "content_hash"))
}

/// Converts a stored ref.
pub(crate) fn ledger_ref(number: i64) -> Result<Ref, StorageError> {
    Ref::new(number)
        .ok_or("a negative ref")
        .map_err(corrupt("publications", "ref"))
}

/// Converts a stored ref and hash into the name that consumers see.
pub(crate) fn ref_name(number: i64, hash: &[u8]) -> Result<RefName, StorageError> {
    let hash: &[u8; 32] = hash.try_into().map_err(corrupt("publications", "hash"))?;
    Ok(RefName::new(ledger_ref(number)?, hash))
}
