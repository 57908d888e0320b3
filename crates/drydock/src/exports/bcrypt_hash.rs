//! Hashes of BCryptXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::{Arc, Mutex};

use minifilter_sys::*;

use super::bcrypt::{OBJECT_LENGTH, bytes, give, put, require_level, status};
use crate::export;
use crate::model::crypto::{self, Hash, Object};

fn create_hash(
    provider: usize,
    object: *mut u8,
    room: u32,
    secret: &[u8],
    flags: u32,
) -> Result<usize, NTSTATUS> {
    let provider = crypto::provider(provider, |provider| Ok(*provider))?;
    require_level(provider.flags);
    if provider.algorithm.digest().is_none() {
        return Err(STATUS_NOT_SUPPORTED);
    }
    if !object.is_null() && (room as usize) < OBJECT_LENGTH {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    let keyed = provider.flags & crypto::HMAC != 0;
    if !keyed && !secret.is_empty() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let reusable = (flags | provider.flags) & crypto::REUSABLE != 0;
    let hash = Hash::new(provider.algorithm, keyed.then(|| secret.to_vec()), reusable);
    crypto::insert(Object::Hash(Arc::new(Mutex::new(hash))))
}

export! { Dll::Cng;
    /// `BCryptCreateHash`
    fn BCryptCreateHash(
        provider: usize, out: *mut usize, object: *mut u8, room: u32, secret: *const u8, length: u32, flags: u32,
    ) -> NTSTATUS {
        give(out, create_hash(provider, object, room, bytes(secret, length), flags))
    }
    /// `BCryptHashData`
    fn BCryptHashData(handle: usize, data: *const u8, length: u32, _flags: u32) -> NTSTATUS {
        let data = bytes(data, length);
        status(crypto::hash(handle, |hash| hash.update(data).then_some(()).ok_or(STATUS_INVALID_HANDLE)))
    }
    /// `BCryptFinishHash` — the buffer has to be as long as the digest.
    fn BCryptFinishHash(handle: usize, out: *mut u8, room: u32, _flags: u32) -> NTSTATUS {
        status(crypto::hash(handle, |hash| {
            let wanted = hash.algorithm.digest().map_or(0, |digest| digest.output_size());
            if out.is_null() || room as usize != wanted {
                return Err(STATUS_INVALID_PARAMETER);
            }
            let digest = hash.finish().ok_or(STATUS_INVALID_HANDLE)?;
            put(&digest, out, room, std::ptr::null_mut())
        }))
    }
    /// `BCryptDuplicateHash`
    fn BCryptDuplicateHash(handle: usize, out: *mut usize, object: *mut u8, room: u32, _flags: u32) -> NTSTATUS {
        if !object.is_null() && (room as usize) < OBJECT_LENGTH {
            return STATUS_BUFFER_TOO_SMALL;
        }
        let copy = crypto::hash(handle, |hash| Ok(hash.clone()));
        give(out, copy.and_then(|hash| crypto::insert(Object::Hash(Arc::new(Mutex::new(hash))))))
    }
    /// `BCryptDestroyHash`
    fn BCryptDestroyHash(handle: usize) -> NTSTATUS {
        status(crypto::close(handle, |object| matches!(object, Object::Hash(_))))
    }
    /// `BCryptHash` — all of it in one call.
    fn BCryptHash(
        provider: usize, secret: *const u8, secret_length: u32, data: *const u8, length: u32, out: *mut u8, room: u32,
    ) -> NTSTATUS {
        let secret = bytes(secret, secret_length);
        status(crypto::provider(provider, |provider| {
            let keyed = (provider.flags & crypto::HMAC != 0).then_some(secret);
            let digest = crypto::digest(provider.algorithm, keyed, bytes(data, length)).ok_or(STATUS_NOT_SUPPORTED)?;
            if digest.len() != room as usize {
                return Err(STATUS_INVALID_PARAMETER);
            }
            put(&digest, out, room, std::ptr::null_mut())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::bcrypt::tests::{close, provider};

    #[test]
    fn a_hash_ends_once_and_its_copy_goes_on() {
        let sha = provider("SHA1", 0);
        let (mut hash, mut copy, none) = (0, 0, std::ptr::null_mut());
        let secret = std::ptr::null();
        assert_eq!(
            call!(BCryptCreateHash(sha, &raw mut hash, none, 0, secret, 0, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(BCryptHashData(hash, b"ab".as_ptr(), 2, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(BCryptDuplicateHash(hash, &raw mut copy, none, 0, 0)),
            STATUS_SUCCESS
        );
        let (mut first, mut second, mut whole) = ([0_u8; 20], [0_u8; 20], [0_u8; 20]);
        assert_eq!(
            call!(BCryptFinishHash(hash, first.as_mut_ptr(), 19, 0)),
            STATUS_INVALID_PARAMETER
        );
        assert_eq!(
            call!(BCryptFinishHash(hash, first.as_mut_ptr(), 20, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(BCryptHashData(hash, b"c".as_ptr(), 1, 0)),
            STATUS_INVALID_HANDLE
        );
        assert_eq!(
            call!(BCryptHashData(copy, b"c".as_ptr(), 1, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(BCryptFinishHash(copy, second.as_mut_ptr(), 20, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(BCryptHash(
                sha,
                secret,
                0,
                b"abc".as_ptr(),
                3,
                whole.as_mut_ptr(),
                20
            )),
            STATUS_SUCCESS
        );
        assert!(second == whole && first != second);
        for handle in [hash, copy] {
            assert_eq!(call!(BCryptDestroyHash(handle)), STATUS_SUCCESS);
        }
        assert_eq!(call!(BCryptDestroyHash(hash)), STATUS_INVALID_HANDLE);
        close(sha);
    }
}
