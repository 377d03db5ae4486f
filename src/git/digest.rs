//! The digest of bytes, as git would name them: what receipts, evidence and caches are kept by.

use crate::snapshot::ObjectId;

/// Returns the id that git would give a blob of these bytes (SHA-1).
pub fn of(bytes: &[u8]) -> ObjectId {
    match git2::Oid::hash_object(git2::ObjectType::Blob, bytes) {
        Ok(id) => ObjectId::from_bytes(id.as_bytes()),
        Err(_) => ObjectId::from_bytes(&[0; 20]),
    }
}
