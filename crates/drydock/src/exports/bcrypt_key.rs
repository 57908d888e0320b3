//! Keys and ciphers of BCryptXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::{Arc, Mutex};

use minifilter_sys::*;

use super::bcrypt::{OBJECT_LENGTH, bytes, give, put, require_level, status, write};
use crate::export;
use crate::model::cipher::{Aes, BLOCK, Mode, NONCE};
use crate::model::crypto::{self, Algorithm, Key, Object};
use crate::report;

const STATUS_AUTH_TAG_MISMATCH: NTSTATUS = 0xC000_A002_u32 as NTSTATUS;
/// BCRYPT_BLOCK_PADDING
const PADDING: u32 = 1;

/// BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO
#[repr(C)]
#[derive(Clone, Copy)]
struct AuthenticatedInfo {
    size: u32,
    version: u32,
    nonce: *const u8,
    nonce_length: u32,
    associated: *const u8,
    associated_length: u32,
    tag: *mut u8,
    tag_length: u32,
    mac_context: *mut u8,
    mac_context_length: u32,
    associated_total: u32,
    data_total: u64,
    flags: u32,
}

fn generate_key(
    provider: usize,
    object: *mut u8,
    room: u32,
    secret: &[u8],
) -> Result<usize, NTSTATUS> {
    let provider = crypto::provider(provider, |provider| Ok(*provider))?;
    require_level(provider.flags);
    if provider.algorithm != Algorithm::Aes {
        return Err(STATUS_NOT_SUPPORTED);
    }
    if !object.is_null() && (room as usize) < OBJECT_LENGTH {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    let aes = Aes::new(secret).ok_or(STATUS_INVALID_PARAMETER)?;
    let key = Key {
        aes,
        mode: provider.mode,
        flags: provider.flags,
    };
    crypto::insert(Object::Key(Arc::new(Mutex::new(key))))
}

/// One call of BCryptEncrypt or BCryptDecrypt.
struct Transform<'a> {
    input: &'a [u8],
    info: *const AuthenticatedInfo,
    vector: *mut u8,
    vector_length: u32,
    out: *mut u8,
    room: u32,
    length: *mut u32,
    flags: u32,
    encrypt: bool,
}

fn transform(handle: usize, call: &Transform<'_>) -> Result<(), NTSTATUS> {
    let key = crypto::key(handle, |key| Ok(key.clone()))?;
    require_level(key.flags);
    match key.mode {
        Mode::Gcm => authenticated(&key, call),
        _ => blocks(&key, call),
    }
}

fn blocks(key: &Key, call: &Transform<'_>) -> Result<(), NTSTATUS> {
    if !call.info.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let pads = call.flags & PADDING != 0;
    let mut data = call.input.to_vec();
    if pads && call.encrypt {
        let more = BLOCK - data.len() % BLOCK;
        data.resize(data.len() + more, more as u8);
    }
    if !data.len().is_multiple_of(BLOCK) {
        return Err(STATUS_INVALID_BUFFER_SIZE);
    }
    // With padding the length of the plain text is known only afterwards: room for all of it will do.
    if call.out.is_null() {
        return put(&data, call.out, call.room, call.length);
    }
    let mut vector = [0; BLOCK];
    let given = key.mode == Mode::Cbc && !call.vector.is_null();
    if given {
        let bytes = bytes(call.vector, call.vector_length);
        vector = bytes.try_into().map_err(|_| STATUS_INVALID_PARAMETER)?;
    }
    if call.encrypt {
        if (call.room as usize) < data.len() {
            return put(&data, call.out, call.room, call.length);
        }
        key.aes.encrypt(key.mode, &mut vector, &mut data);
    } else {
        key.aes.decrypt(key.mode, &mut vector, &mut data);
        if pads {
            unpad(&mut data)?;
        }
    }
    put(&data, call.out, call.room, call.length)?;
    if given {
        write(call.vector.cast(), vector);
    }
    Ok(())
}

/// Takes the padding off; the page names no status for a wrong one, Windows answers STATUS_UNSUCCESSFUL.
fn unpad(data: &mut Vec<u8>) -> Result<(), NTSTATUS> {
    let count = data.last().copied().map_or(0, usize::from);
    let good = (1..=BLOCK).contains(&count)
        && data
            .iter()
            .rev()
            .take(count)
            .all(|byte| usize::from(*byte) == count);
    if !good {
        return Err(STATUS_UNSUCCESSFUL);
    }
    data.truncate(data.len() - count);
    Ok(())
}

fn authenticated(key: &Key, call: &Transform<'_>) -> Result<(), NTSTATUS> {
    // SAFETY: the driver passes null or a structure of its own.
    let info = unsafe { call.info.as_ref() }.ok_or(STATUS_INVALID_PARAMETER)?;
    if info.size as usize != size_of::<AuthenticatedInfo>()
        || info.version != 1
        || call.flags & PADDING != 0
    {
        return Err(STATUS_INVALID_PARAMETER);
    }
    if info.flags != 0 {
        report::unimplemented("BCryptEncrypt and BCryptDecrypt of a message in several calls");
        return Err(STATUS_NOT_IMPLEMENTED);
    }
    let nonce: &[u8; NONCE] = bytes(info.nonce, info.nonce_length)
        .try_into()
        .map_err(|_| STATUS_INVALID_PARAMETER)?;
    if info.tag.is_null() || !(12..=16).contains(&info.tag_length) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let mut data = call.input.to_vec();
    if (call.out.is_null() && !data.is_empty()) || (call.room as usize) < data.len() {
        return put(&data, call.out, call.room, call.length);
    }
    let associated = bytes(info.associated, info.associated_length);
    if call.encrypt {
        let tag = key
            .aes
            .seal(nonce, associated, &mut data)
            .ok_or(STATUS_INVALID_PARAMETER)?;
        // SAFETY: the driver gives that many bytes for the tag, at most all of it.
        unsafe { std::ptr::copy_nonoverlapping(tag.as_ptr(), info.tag, info.tag_length as usize) };
    } else if !key.aes.unseal(
        nonce,
        associated,
        &mut data,
        bytes(info.tag, info.tag_length),
    ) {
        return Err(STATUS_AUTH_TAG_MISMATCH);
    }
    put(&data, call.out, call.room, call.length)
}

export! { Dll::Cng;
    /// `BCryptGenerateSymmetricKey`
    fn BCryptGenerateSymmetricKey(
        provider: usize, out: *mut usize, object: *mut u8, room: u32, secret: *const u8, length: u32, _flags: u32,
    ) -> NTSTATUS {
        give(out, generate_key(provider, object, room, bytes(secret, length)))
    }
    /// `BCryptDestroyKey`
    fn BCryptDestroyKey(handle: usize) -> NTSTATUS {
        status(crypto::close(handle, |object| matches!(object, Object::Key(_))))
    }
    /// `BCryptEncrypt`
    fn BCryptEncrypt(
        key: usize, input: *const u8, length: u32, info: *const AuthenticatedInfo, vector: *mut u8, vector_length: u32,
        out: *mut u8, room: u32, result: *mut u32, flags: u32,
    ) -> NTSTATUS {
        let input = bytes(input, length);
        status(transform(key, &Transform { input, info, vector, vector_length, out, room, length: result, flags, encrypt: true }))
    }
    /// `BCryptDecrypt`
    fn BCryptDecrypt(
        key: usize, input: *const u8, length: u32, info: *const AuthenticatedInfo, vector: *mut u8, vector_length: u32,
        out: *mut u8, room: u32, result: *mut u32, flags: u32,
    ) -> NTSTATUS {
        let input = bytes(input, length);
        status(transform(key, &Transform { input, info, vector, vector_length, out, room, length: result, flags, encrypt: false }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::bcrypt::tests::{close, provider, set};

    fn key(provider: usize, secret: &[u8]) -> Result<usize, NTSTATUS> {
        let (mut out, none) = (0, std::ptr::null_mut());
        let length = secret.len() as u32;
        let status = call!(BCryptGenerateSymmetricKey(
            provider,
            &raw mut out,
            none,
            0,
            secret.as_ptr(),
            length,
            0
        ));
        if status == STATUS_SUCCESS {
            Ok(out)
        } else {
            Err(status)
        }
    }

    #[test]
    fn padded_text_comes_back_and_a_short_buffer_is_told() {
        let aes = provider("AES", 0);
        assert_eq!(key(aes, &[1; 17]), Err(STATUS_INVALID_PARAMETER));
        let handle = key(aes, &[1; 16]).expect("16 bytes");
        let (mut vector, mut out, mut length) = ([9_u8; 16], [0_u8; 32], 0);
        let (none, at, result) = (std::ptr::null(), out.as_mut_ptr(), &raw mut length);
        let mut encrypt = |text: &[u8], room: u32, flags: u32| {
            let vector = vector.as_mut_ptr();
            call!(BCryptEncrypt(
                handle,
                text.as_ptr(),
                text.len() as u32,
                none,
                vector,
                16,
                at,
                room,
                result,
                flags
            ))
        };
        assert_eq!(
            encrypt(b"seventeen letters", 16, PADDING),
            STATUS_BUFFER_TOO_SMALL
        );
        assert_eq!(
            encrypt(b"seventeen letters", 32, 0),
            STATUS_INVALID_BUFFER_SIZE
        );
        assert_eq!(encrypt(b"seventeen letters", 32, PADDING), STATUS_SUCCESS);
        assert_eq!(
            (length, &vector),
            (32, &out[16..].try_into().expect("16 bytes"))
        );
        let (mut vector, mut plain) = ([9_u8; 16], [0_u8; 32]);
        let decrypted = call!(BCryptDecrypt(
            handle,
            out.as_ptr(),
            32,
            none,
            vector.as_mut_ptr(),
            16,
            plain.as_mut_ptr(),
            32,
            result,
            PADDING
        ));
        assert_eq!(
            (decrypted, &plain[..17]),
            (STATUS_SUCCESS, &b"seventeen letters"[..])
        );
        assert_eq!(length, 17);
        assert_eq!(call!(BCryptDestroyKey(handle)), STATUS_SUCCESS);
        assert_eq!(call!(BCryptDestroyKey(handle)), STATUS_INVALID_HANDLE);
        close(aes);
    }

    #[test]
    fn an_authenticated_text_with_another_tag_is_refused() {
        let aes = provider("AES", 0);
        set(aes, "ChainingMode", "ChainingModeGCM");
        let handle = key(aes, &[1; 32]).expect("32 bytes");
        let (nonce, mut tag, mut data, mut length) = ([2_u8; 12], [0_u8; 16], *b"text", 0);
        // SAFETY: integers and pointers, for which zero is a value.
        let mut info: AuthenticatedInfo = unsafe { std::mem::zeroed() };
        (info.size, info.version) = (size_of::<AuthenticatedInfo>() as u32, 1);
        (info.nonce, info.nonce_length) = (nonce.as_ptr(), 12);
        (info.tag, info.tag_length) = (tag.as_mut_ptr(), 16);
        let (at, none, result) = (data.as_mut_ptr(), std::ptr::null_mut(), &raw mut length);
        let sealed = call!(BCryptEncrypt(
            handle,
            at,
            4,
            &raw const info,
            none,
            0,
            at,
            4,
            result,
            0
        ));
        assert_eq!(
            (sealed, length, &data == b"text"),
            (STATUS_SUCCESS, 4, false)
        );
        let opened = call!(BCryptDecrypt(
            handle,
            at,
            4,
            &raw const info,
            none,
            0,
            at,
            4,
            result,
            0
        ));
        assert_eq!((opened, &data), (STATUS_SUCCESS, b"text"));
        let refused = call!(BCryptDecrypt(
            handle,
            at,
            4,
            &raw const info,
            none,
            0,
            at,
            4,
            result,
            0
        ));
        assert_eq!(refused, STATUS_AUTH_TAG_MISMATCH);
        let plain = call!(BCryptEncrypt(
            handle,
            at,
            4,
            std::ptr::null(),
            none,
            0,
            at,
            4,
            result,
            0
        ));
        assert_eq!(plain, STATUS_INVALID_PARAMETER);
        assert_eq!(call!(BCryptDestroyKey(handle)), STATUS_SUCCESS);
        close(aes);
    }
}
