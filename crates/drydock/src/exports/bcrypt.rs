//! BCryptXxx of cng.sys and ksecdd.sys — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::*;

use crate::export;
use crate::model::bounds::{DISPATCH, PASSIVE};
use crate::model::cipher::{Aes, BLOCK, Mode, NONCE};
use crate::model::crypto::{self, Algorithm, Hash, Key, Object};
use crate::model::{thread, unicode};
use crate::report;

const STATUS_AUTH_TAG_MISMATCH: NTSTATUS = 0xC000_A002_u32 as NTSTATUS;
/// BCRYPT_BLOCK_PADDING
const PADDING: u32 = 1;
/// BCRYPT_USE_SYSTEM_PREFERRED_RNG
const SYSTEM_RANDOM: u32 = 2;
/// Room that a caller's key or hash object has to have.
const OBJECT_LENGTH: usize = 0x28E;

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

fn bytes<'a>(at: *const u8, length: u32) -> &'a [u8] {
    if at.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the driver passes that many bytes.
    unsafe { std::slice::from_raw_parts(at, length as usize) }
}

fn text(at: *const u16) -> Option<String> {
    // SAFETY: the driver passes a zero-terminated string.
    (!at.is_null()).then(|| String::from_utf16_lossy(unsafe { unicode::until_zero(at, 256) }))
}

fn write<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a place of its own to be written.
        unsafe { out.write(value) };
    }
}

/// Copies the result into the driver's buffer, or only tells its length where there is none.
fn put(result: &[u8], out: *mut u8, room: u32, length: *mut u32) -> Result<(), NTSTATUS> {
    write(length, result.len() as u32);
    if out.is_null() {
        return Ok(());
    }
    if (room as usize) < result.len() {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    // SAFETY: the driver's buffer has `room` bytes; the result is the bench's own.
    unsafe { std::ptr::copy_nonoverlapping(result.as_ptr(), out, result.len()) };
    Ok(())
}

fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// The page's bound: PASSIVE_LEVEL, and DISPATCH_LEVEL only for what a provider for it made.
fn require_level(flags: u32) {
    thread::require_irql(if flags & crypto::DISPATCH != 0 {
        DISPATCH
    } else {
        PASSIVE
    });
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The value of a property of an object.
fn property(object: &Object, name: &str) -> Result<Vec<u8>, NTSTATUS> {
    let (algorithm, mode, key_bits) = match object {
        Object::Provider(provider) => {
            let provider = provider.lock().unwrap_or_else(PoisonError::into_inner);
            (provider.algorithm, provider.mode, 0)
        }
        Object::Hash(hash) => (
            hash.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .algorithm,
            Mode::Cbc,
            0,
        ),
        Object::Key(key) => {
            let key = key.lock().unwrap_or_else(PoisonError::into_inner);
            (Algorithm::Aes, key.mode, key.aes.bits() as u32)
        }
    };
    let digest = algorithm.digest().map(|digest| digest.output_size() as u32);
    let aes = algorithm == Algorithm::Aes;
    match name {
        "AlgorithmName" => Ok(wide(algorithm.name())),
        "ObjectLength" if algorithm != Algorithm::Random => Ok(words(&[OBJECT_LENGTH as u32])),
        "HashDigestLength" => digest
            .map(|length| words(&[length]))
            .ok_or(STATUS_NOT_SUPPORTED),
        "HashBlockLength" if digest.is_some() => Ok(words(&[algorithm.hash_block() as u32])),
        "BlockLength" if aes => Ok(words(&[BLOCK as u32])),
        "ChainingMode" if aes => Ok(wide(mode.name())),
        // Minimum, maximum and increment.
        "KeyLengths" if aes => Ok(words(&[128, 256, 64])),
        "AuthTagLength" if aes && mode == Mode::Gcm => Ok(words(&[12, 16, 1])),
        "KeyLength" if key_bits != 0 => Ok(words(&[key_bits])),
        _ => Err(STATUS_NOT_SUPPORTED),
    }
}

fn set_property(handle: usize, name: &str, value: &[u8]) -> Result<(), NTSTATUS> {
    crypto::find(handle)?;
    if name != "ChainingMode" {
        return Err(STATUS_NOT_SUPPORTED);
    }
    let units: Vec<u16> = value
        .as_chunks()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
        .collect();
    let value = String::from_utf16_lossy(&units);
    let mode = Mode::named(value.trim_end_matches('\0')).ok_or(STATUS_NOT_SUPPORTED)?;
    crypto::set_mode(handle, mode)
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

/// A new handle, or none, into the driver's variable.
fn give(out: *mut usize, made: Result<usize, NTSTATUS>) -> NTSTATUS {
    match made {
        _ if out.is_null() => STATUS_INVALID_PARAMETER,
        Ok(handle) => {
            write(out, handle);
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

/// Fills with bytes that are the same in every run.
fn random(buffer: &mut [u8]) {
    static NEXT: Mutex<Option<fastrand::Rng>> = Mutex::new(None);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    next.get_or_insert_with(|| fastrand::Rng::with_seed(1))
        .fill(buffer);
}

export! { Dll::Cng;
    /// `BCryptOpenAlgorithmProvider`
    fn BCryptOpenAlgorithmProvider(out: *mut usize, name: *const u16, implementation: *const u16, flags: u32) -> NTSTATUS {
        thread::require_irql(PASSIVE);
        let Some(name) = text(name) else { return STATUS_INVALID_PARAMETER };
        give(out, crypto::open_provider(&name, text(implementation).as_deref(), flags))
    }
    /// `BCryptCloseAlgorithmProvider`
    fn BCryptCloseAlgorithmProvider(handle: usize, _flags: u32) -> NTSTATUS {
        thread::require_irql(PASSIVE);
        status(crypto::close(handle, |object| matches!(object, Object::Provider(_))))
    }
    /// `BCryptGetProperty`
    fn BCryptGetProperty(
        handle: usize, name: *const u16, out: *mut u8, room: u32, length: *mut u32, _flags: u32,
    ) -> NTSTATUS {
        let (Some(name), false) = (text(name), length.is_null()) else { return STATUS_INVALID_PARAMETER };
        let value = crypto::find(handle).and_then(|object| property(&object, &name));
        status(value.and_then(|value| put(&value, out, room, length)))
    }
    /// `BCryptSetProperty`
    fn BCryptSetProperty(handle: usize, name: *const u16, value: *const u8, length: u32, _flags: u32) -> NTSTATUS {
        let Some(name) = text(name) else { return STATUS_INVALID_PARAMETER };
        status(set_property(handle, &name, bytes(value, length)))
    }
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
    /// `BCryptGenRandom`
    fn BCryptGenRandom(provider: usize, out: *mut u8, length: u32, flags: u32) -> NTSTATUS {
        if out.is_null() && length != 0 {
            return STATUS_INVALID_PARAMETER;
        }
        let system = flags & SYSTEM_RANDOM != 0;
        if system == (provider != 0) || (!system && crypto::provider(provider, |_| Ok(())).is_err()) {
            return STATUS_INVALID_HANDLE;
        }
        // SAFETY: not null where there is a length; the driver passes that many bytes to be filled.
        random(unsafe { std::slice::from_raw_parts_mut(if length == 0 { std::ptr::dangling_mut() } else { out }, length as usize) });
        STATUS_SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NULL: *const u16 = std::ptr::null();

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    fn provider(name: &str, flags: u32) -> usize {
        let _ = thread::current();
        let (mut out, name) = (0, units(name));
        assert_eq!(
            call!(BCryptOpenAlgorithmProvider(
                &raw mut out,
                name.as_ptr(),
                NULL,
                flags
            )),
            STATUS_SUCCESS
        );
        out
    }

    fn get(handle: usize, name: &str) -> Result<Vec<u8>, NTSTATUS> {
        let (name, mut length, mut out) = (units(name), 0, [0_u8; 64]);
        let status = call!(BCryptGetProperty(
            handle,
            name.as_ptr(),
            out.as_mut_ptr(),
            64,
            &raw mut length,
            0
        ));
        if status == STATUS_SUCCESS {
            Ok(out[..length as usize].to_vec())
        } else {
            Err(status)
        }
    }

    fn set(handle: usize, name: &str, value: &str) -> NTSTATUS {
        let (name, value) = (units(name), wide(value));
        call!(BCryptSetProperty(
            handle,
            name.as_ptr(),
            value.as_ptr(),
            value.len() as u32,
            0
        ))
    }

    #[test]
    fn unknown_algorithms_implementations_and_handles_are_refused() {
        let _ = thread::current();
        let (mut out, aes, none) = (0, units("AES"), units("ROT13"));
        let open = |name: *const u16, implementation: *const u16, out: *mut usize| {
            call!(BCryptOpenAlgorithmProvider(out, name, implementation, 0))
        };
        assert_eq!(open(none.as_ptr(), NULL, &raw mut out), STATUS_NOT_FOUND);
        assert_eq!(
            open(aes.as_ptr(), none.as_ptr(), &raw mut out),
            STATUS_NOT_FOUND
        );
        assert_eq!(open(NULL, NULL, &raw mut out), STATUS_INVALID_PARAMETER);
        assert_eq!(
            open(aes.as_ptr(), NULL, std::ptr::null_mut()),
            STATUS_INVALID_PARAMETER
        );
        assert_eq!(
            call!(BCryptCloseAlgorithmProvider(0x10, 0)),
            STATUS_INVALID_HANDLE
        );
    }

    #[test]
    fn properties_tell_lengths_and_the_mode_can_be_set() {
        let (aes, hash) = (provider("AES", 0), provider("SHA256", 0));
        assert_eq!(get(aes, "BlockLength"), Ok(words(&[16])));
        assert_eq!(get(aes, "ChainingMode"), Ok(wide("ChainingModeCBC")));
        assert_eq!(set(aes, "ChainingMode", "ChainingModeGCM"), STATUS_SUCCESS);
        assert_eq!(get(aes, "AuthTagLength"), Ok(words(&[12, 16, 1])));
        assert_eq!(get(hash, "HashDigestLength"), Ok(words(&[32])));
        assert_eq!(get(hash, "BlockLength"), Err(STATUS_NOT_SUPPORTED));
        assert_eq!(
            set(hash, "ChainingMode", "ChainingModeECB"),
            STATUS_NOT_SUPPORTED
        );
        assert_eq!(set(aes, "Colour", "blue"), STATUS_NOT_SUPPORTED);
        let (name, mut length) = (units("AlgorithmName"), 0);
        let mut out = [0_u8; 2];
        let short = call!(BCryptGetProperty(
            aes,
            name.as_ptr(),
            out.as_mut_ptr(),
            2,
            &raw mut length,
            0
        ));
        assert_eq!((short, length), (STATUS_BUFFER_TOO_SMALL, 8));
        for handle in [aes, hash] {
            assert_eq!(
                call!(BCryptCloseAlgorithmProvider(handle, 0)),
                STATUS_SUCCESS
            );
        }
    }

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
        assert_eq!(call!(BCryptCloseAlgorithmProvider(aes, 0)), STATUS_SUCCESS);
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
        assert_eq!(
            (
                call!(BCryptDestroyKey(handle)),
                call!(BCryptCloseAlgorithmProvider(aes, 0))
            ),
            (0, 0)
        );
    }

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
        assert_eq!(call!(BCryptCloseAlgorithmProvider(sha, 0)), STATUS_SUCCESS);
    }

    #[test]
    fn random_bytes_come_from_a_provider_or_from_the_system() {
        let (rng, mut out) = (provider("RNG", 0), [0_u8; 32]);
        let at = out.as_mut_ptr();
        assert_eq!(call!(BCryptGenRandom(rng, at, 32, 0)), STATUS_SUCCESS);
        assert_ne!(out, [0; 32]);
        assert_eq!(
            call!(BCryptGenRandom(0, at, 32, SYSTEM_RANDOM)),
            STATUS_SUCCESS
        );
        assert_eq!(call!(BCryptGenRandom(0, at, 32, 0)), STATUS_INVALID_HANDLE);
        assert_eq!(
            call!(BCryptGenRandom(rng, std::ptr::null_mut(), 32, 0)),
            STATUS_INVALID_PARAMETER
        );
        assert_eq!(call!(BCryptCloseAlgorithmProvider(rng, 0)), STATUS_SUCCESS);
    }
}
