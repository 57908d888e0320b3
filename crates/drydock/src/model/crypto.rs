//! BCRYPT_HANDLE — algorithm providers, hashes and keys of the kernel's cryptography.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
    STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED,
};
use sha2::digest::DynDigest;

use super::cipher::{Aes, Mode};
use super::pool::{self, PoolKind};
use crate::exports::gate::Call;

/// Tag of what a handle points to.
const TAG: u32 = u32::from_le_bytes(*b"Bcry");
/// BCRYPT_ALG_HANDLE_HMAC_FLAG
pub const HMAC: u32 = 0x8;
/// BCRYPT_PROV_DISPATCH
pub const DISPATCH: u32 = 0x1;
/// BCRYPT_HASH_REUSABLE_FLAG
pub const REUSABLE: u32 = 0x20;

/// What a provider computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA1.
    Sha1,
    /// SHA256.
    Sha256,
    /// SHA384.
    Sha384,
    /// SHA512.
    Sha512,
    /// AES.
    Aes,
    /// RNG.
    Random,
}

const NAMES: [(&str, Algorithm); 7] = [
    ("MD5", Algorithm::Md5),
    ("SHA1", Algorithm::Sha1),
    ("SHA256", Algorithm::Sha256),
    ("SHA384", Algorithm::Sha384),
    ("SHA512", Algorithm::Sha512),
    ("AES", Algorithm::Aes),
    ("RNG", Algorithm::Random),
];

impl Algorithm {
    /// The algorithm with this identifier.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, algorithm)| *algorithm)
    }

    /// Its identifier.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, algorithm)| *algorithm == self)
            .map_or("", |(name, _)| name)
    }

    /// A fresh digest, of a hash algorithm.
    #[must_use]
    pub fn digest(self) -> Option<Box<dyn DynDigest + Send>> {
        Some(match self {
            Self::Md5 => Box::new(md5::Md5::default()),
            Self::Sha1 => Box::new(sha1::Sha1::default()),
            Self::Sha256 => Box::new(sha2::Sha256::default()),
            Self::Sha384 => Box::new(sha2::Sha384::default()),
            Self::Sha512 => Box::new(sha2::Sha512::default()),
            Self::Aes | Self::Random => return None,
        })
    }

    /// Bytes that a hash algorithm takes in at a time.
    #[must_use]
    pub const fn hash_block(self) -> usize {
        match self {
            Self::Sha384 | Self::Sha512 => 128,
            _ => 64,
        }
    }
}

/// An open provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// What it computes.
    pub algorithm: Algorithm,
    /// How it was opened.
    pub flags: u32,
    /// The mode of keys that will be made.
    pub mode: Mode,
}

/// A hash or HMAC under way: the data are kept until they are asked for, since a copy has to go on on its own.
#[derive(Clone, Debug)]
pub struct Hash {
    /// What is computed.
    pub algorithm: Algorithm,
    /// The HMAC key.
    secret: Option<Vec<u8>>,
    data: Vec<u8>,
    reusable: bool,
    finished: bool,
}

impl Hash {
    /// Begins a hash, with a secret an HMAC.
    #[must_use]
    pub const fn new(algorithm: Algorithm, secret: Option<Vec<u8>>, reusable: bool) -> Self {
        Self {
            algorithm,
            secret,
            data: Vec::new(),
            reusable,
            finished: false,
        }
    }

    /// `BCryptHashData`; false once it is finished.
    pub fn update(&mut self, data: &[u8]) -> bool {
        if !self.finished {
            self.data.extend_from_slice(data);
        }
        !self.finished
    }

    /// `BCryptFinishHash`; none once it is finished.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        if self.finished {
            return None;
        }
        let data = std::mem::take(&mut self.data);
        self.finished = !self.reusable;
        digest(self.algorithm, self.secret.as_deref(), &data)
    }
}

/// The digest of some data, keyed where there is a secret.
#[must_use]
pub fn digest(algorithm: Algorithm, secret: Option<&[u8]>, data: &[u8]) -> Option<Vec<u8>> {
    let plain = |parts: [&[u8]; 2]| {
        let mut digest = algorithm.digest()?;
        parts.iter().for_each(|part| digest.update(part));
        Some(digest.finalize_reset().into_vec())
    };
    let Some(secret) = secret else {
        return plain([&[], data]);
    };
    let block = algorithm.hash_block();
    let mut key = if secret.len() > block {
        plain([&[], secret])?
    } else {
        secret.to_vec()
    };
    key.resize(block, 0);
    let pad = |mask: u8| key.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
    let inner = plain([&pad(0x36), data])?;
    plain([&pad(0x5C), &inner])
}

/// A symmetric key.
#[derive(Clone)]
pub struct Key {
    /// The key itself.
    pub aes: Aes,
    /// Its mode.
    pub mode: Mode,
    /// How its provider was opened.
    pub flags: u32,
}

/// What a handle stands for.
#[derive(Clone)]
pub enum Object {
    /// Of BCryptOpenAlgorithmProvider.
    Provider(Arc<Mutex<Provider>>),
    /// Of BCryptCreateHash.
    Hash(Arc<Mutex<Hash>>),
    /// Of BCryptGenerateSymmetricKey.
    Key(Arc<Mutex<Key>>),
}

static OPEN: Mutex<BTreeMap<usize, Object>> = Mutex::new(BTreeMap::new());

fn open<R>(look: impl FnOnce(&mut BTreeMap<usize, Object>) -> R) -> R {
    look(&mut OPEN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Makes a handle; one that is never closed is a leak of the call in progress.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES
pub fn insert(object: Object) -> Result<usize, NTSTATUS> {
    let handle =
        pool::allocate_zeroed(PoolKind::NonPaged, 16, TAG, Call::current().caller) as usize;
    if handle == 0 {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    open(|open| open.insert(handle, object));
    Ok(handle)
}

/// What a handle stands for.
///
/// # Errors
/// STATUS_INVALID_HANDLE
pub fn find(handle: usize) -> Result<Object, NTSTATUS> {
    open(|open| open.get(&handle).cloned()).ok_or(STATUS_INVALID_HANDLE)
}

macro_rules! find_as {
    ($name:ident, $variant:ident: $type:ty) => {
        #[doc = concat!("Looks at the ", stringify!($variant), " behind a handle.")]
        ///
        /// # Errors
        /// STATUS_INVALID_HANDLE, and what `look` gives.
        pub fn $name<R>(
            handle: usize,
            look: impl FnOnce(&mut $type) -> Result<R, NTSTATUS>,
        ) -> Result<R, NTSTATUS> {
            match find(handle)? {
                Object::$variant(found) => {
                    look(&mut found.lock().unwrap_or_else(PoisonError::into_inner))
                }
                _ => Err(STATUS_INVALID_HANDLE),
            }
        }
    };
}

find_as!(provider, Provider: Provider);
find_as!(hash, Hash: Hash);
find_as!(key, Key: Key);

/// Closes a handle for an object that `is` of the right kind.
///
/// # Errors
/// STATUS_INVALID_HANDLE
pub fn close(handle: usize, is: fn(&Object) -> bool) -> Result<(), NTSTATUS> {
    let closed = open(|open| {
        open.get(&handle)
            .is_some_and(is)
            .then(|| open.remove(&handle))
    });
    if closed.is_none() {
        return Err(STATUS_INVALID_HANDLE);
    }
    pool::free(handle as *mut c_void, TAG);
    Ok(())
}

/// `BCryptOpenAlgorithmProvider`
///
/// # Errors
/// STATUS_NOT_FOUND for an algorithm or implementation that there is not, STATUS_INVALID_PARAMETER for an HMAC of what is no
/// hash.
pub fn open_provider(
    name: &str,
    implementation: Option<&str>,
    flags: u32,
) -> Result<usize, NTSTATUS> {
    if implementation.is_some_and(|name| name != "Microsoft Primitive Provider") {
        return Err(STATUS_NOT_FOUND);
    }
    let algorithm = Algorithm::named(name).ok_or(STATUS_NOT_FOUND)?;
    if flags & HMAC != 0 && algorithm.digest().is_none() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let provider = Provider {
        algorithm,
        flags,
        mode: Mode::Cbc,
    };
    insert(Object::Provider(Arc::new(Mutex::new(provider))))
}

/// `BCryptSetProperty` of the property ChainingMode, the only one that can be set here.
///
/// # Errors
/// STATUS_NOT_SUPPORTED
pub fn set_mode(handle: usize, mode: Mode) -> Result<(), NTSTATUS> {
    match find(handle)? {
        Object::Provider(provider) => {
            let mut provider = provider.lock().unwrap_or_else(PoisonError::into_inner);
            if provider.algorithm != Algorithm::Aes {
                return Err(STATUS_NOT_SUPPORTED);
            }
            provider.mode = mode;
        }
        Object::Key(key) => key.lock().unwrap_or_else(PoisonError::into_inner).mode = mode,
        Object::Hash(_) => return Err(STATUS_NOT_SUPPORTED),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_and_keyed_digests_are_those_of_the_standards() {
        let sha1 = digest(Algorithm::Sha1, None, b"abc").expect("a hash");
        assert_eq!(hex(&sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let keyed = digest(
            Algorithm::Sha256,
            Some(b"Jefe"),
            b"what do ya want for nothing?",
        )
        .expect("a hash");
        assert_eq!(hex(&keyed[..8]), "5bdcc146bf60754e");
        let long = digest(
            Algorithm::Md5,
            Some(&[0xaa; 80]),
            b"Test Using Larger Than Block-Size Key - Hash Key First",
        );
        assert_eq!(
            hex(&long.expect("a hash")),
            "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"
        );
        assert_eq!(digest(Algorithm::Aes, None, b""), None);
    }
}
