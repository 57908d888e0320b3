//! BCryptXxx of cng.sys and ksecdd.sys — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::{Mutex, PoisonError};

use minifilter_sys::*;

use crate::export;
use crate::model::bounds::{DISPATCH, PASSIVE};
use crate::model::cipher::{BLOCK, Mode};
use crate::model::crypto::{self, Algorithm, Object};
use crate::model::{thread, unicode};

/// BCRYPT_USE_SYSTEM_PREFERRED_RNG
const SYSTEM_RANDOM: u32 = 2;
/// Room that a caller's key or hash object has to have.
pub(super) const OBJECT_LENGTH: usize = 0x28E;

pub(super) fn bytes<'a>(at: *const u8, length: u32) -> &'a [u8] {
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

pub(super) fn write<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a place of its own to be written.
        unsafe { out.write(value) };
    }
}

/// Copies the result into the driver's buffer, or only tells its length where there is none.
pub(super) fn put(
    result: &[u8],
    out: *mut u8,
    room: u32,
    length: *mut u32,
) -> Result<(), NTSTATUS> {
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

pub(super) fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// The page's bound: PASSIVE_LEVEL, and DISPATCH_LEVEL only for what a provider for it made.
pub(super) fn require_level(flags: u32) {
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

/// A new handle, or none, into the driver's variable.
pub(super) fn give(out: *mut usize, made: Result<usize, NTSTATUS>) -> NTSTATUS {
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
pub mod tests {
    use super::*;

    const NULL: *const u16 = std::ptr::null();

    pub fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    pub fn provider(name: &str, flags: u32) -> usize {
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

    pub fn close(provider: usize) {
        assert_eq!(
            call!(BCryptCloseAlgorithmProvider(provider, 0)),
            STATUS_SUCCESS
        );
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

    pub fn set(handle: usize, name: &str, value: &str) -> NTSTATUS {
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
        close(aes);
        close(hash);
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
        close(rng);
    }
}
