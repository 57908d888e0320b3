//! AES — the block modes of BCryptEncrypt and BCryptDecrypt.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::array::typenum::U12;
use aes_gcm::{AesGcm, Nonce};

/// Bytes of a block, and of an initialization vector.
pub const BLOCK: usize = 16;
/// Bytes of a GCM nonce.
pub const NONCE: usize = 12;

type Block = [u8; BLOCK];

/// How blocks are chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// ChainingModeCBC, which a new provider has.
    Cbc,
    /// ChainingModeECB.
    Ecb,
    /// ChainingModeGCM.
    Gcm,
}

impl Mode {
    /// The mode that the value of the property ChainingMode names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Cbc, Self::Ecb, Self::Gcm]
            .into_iter()
            .find(|mode| mode.name() == name)
    }

    /// What the property ChainingMode says.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cbc => "ChainingModeCBC",
            Self::Ecb => "ChainingModeECB",
            Self::Gcm => "ChainingModeGCM",
        }
    }
}

/// An AES key.
#[derive(Clone)]
pub struct Aes(Vec<u8>);

macro_rules! with_key {
    ($key:expr, $cipher:ident => $body:expr) => {
        match $key.len() {
            16 => Aes128::new_from_slice($key).ok().map(|$cipher| $body),
            24 => Aes192::new_from_slice($key).ok().map(|$cipher| $body),
            _ => Aes256::new_from_slice($key).ok().map(|$cipher| $body),
        }
    };
}

impl Aes {
    /// A key of 128, 192 or 256 bits; none of another length.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        matches!(key.len(), 16 | 24 | 32).then(|| Self(key.to_vec()))
    }

    /// Bits of the key.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.len() * 8
    }

    fn one(&self, block: Block, encrypt: bool) -> Block {
        let mut block = block.into();
        let key = self.0.as_slice();
        with_key!(key, cipher => if encrypt {
            cipher.encrypt_block(&mut block);
        } else {
            cipher.decrypt_block(&mut block);
        });
        block.into()
    }

    /// Encrypts whole blocks; CBC begins with `vector` and leaves the last block there.
    pub fn encrypt(&self, mode: Mode, vector: &mut Block, data: &mut [u8]) {
        for chunk in data.as_chunks_mut::<BLOCK>().0 {
            if mode == Mode::Cbc {
                chunk
                    .iter_mut()
                    .zip(&*vector)
                    .for_each(|(byte, mask)| *byte ^= mask);
            }
            *chunk = self.one(*chunk, true);
            *vector = *chunk;
        }
    }

    /// Decrypts whole blocks; CBC begins with `vector` and leaves the last encrypted block there.
    pub fn decrypt(&self, mode: Mode, vector: &mut Block, data: &mut [u8]) {
        for chunk in data.as_chunks_mut::<BLOCK>().0 {
            let encrypted = *chunk;
            *chunk = self.one(encrypted, false);
            if mode == Mode::Cbc {
                chunk
                    .iter_mut()
                    .zip(&*vector)
                    .for_each(|(byte, mask)| *byte ^= mask);
            }
            *vector = encrypted;
        }
    }

    fn gcm(&self, nonce: &[u8; NONCE], associated: &[u8], data: &mut [u8]) -> Option<Block> {
        macro_rules! seal {
            ($cipher:ty) => {{
                let cipher = AesGcm::<$cipher, U12>::new_from_slice(&self.0).ok()?;
                let nonce = Nonce::<U12>::from(*nonce);
                cipher
                    .encrypt_inout_detached(&nonce, associated, data.into())
                    .ok()
            }};
        }
        let tag = match self.0.len() {
            16 => seal!(Aes128),
            24 => seal!(Aes192),
            _ => seal!(Aes256),
        }?;
        Some(tag.into())
    }

    /// Encrypts with GCM; gives the whole tag.
    pub fn seal(&self, nonce: &[u8; NONCE], associated: &[u8], data: &mut [u8]) -> Option<Block> {
        self.gcm(nonce, associated, data)
    }

    /// Decrypts with GCM; false, and zeros, when the tag (or what there is of it) is another.
    pub fn unseal(
        &self,
        nonce: &[u8; NONCE],
        associated: &[u8],
        data: &mut [u8],
        tag: &[u8],
    ) -> bool {
        // The key stream is the same both ways; the tag is that of the encrypted text, found by encrypting again.
        let opened = self.gcm(nonce, associated, data).is_some();
        let mut again = data.to_vec();
        let right = self.gcm(nonce, associated, &mut again);
        let genuine = opened && right.is_some_and(|right| right.starts_with(tag));
        if !genuine {
            data.fill(0);
        }
        genuine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex"))
            .collect()
    }

    #[test]
    fn the_block_of_the_standard_is_encrypted_as_the_standard_says() {
        let key = Aes::new(&bytes("000102030405060708090a0b0c0d0e0f")).expect("16 bytes");
        let mut data = bytes("00112233445566778899aabbccddeeff");
        key.encrypt(Mode::Ecb, &mut [0; BLOCK], &mut data);
        assert_eq!(data, bytes("69c4e0d86a7b0430d8cdb78070b4c55a"));
        key.decrypt(Mode::Ecb, &mut [0; BLOCK], &mut data);
        assert_eq!(data, bytes("00112233445566778899aabbccddeeff"));
    }

    #[test]
    fn chained_blocks_go_on_where_the_last_call_ended() {
        let key = Aes::new(&[7; 32]).expect("32 bytes");
        let (mut whole, mut parts) = ([1_u8; 32], [1_u8; 32]);
        key.encrypt(Mode::Cbc, &mut [9; BLOCK], &mut whole);
        let mut vector = [9; BLOCK];
        for part in parts.chunks_mut(BLOCK) {
            key.encrypt(Mode::Cbc, &mut vector, part);
        }
        assert_eq!(whole, parts);
        key.decrypt(Mode::Cbc, &mut [9; BLOCK], &mut whole);
        assert_eq!(whole, [1; 32]);
    }

    #[test]
    fn a_changed_text_or_tag_is_not_opened() {
        let key = Aes::new(&[3; 24]).expect("24 bytes");
        let mut data = *b"attack at dawn";
        let tag = key.seal(&[5; NONCE], b"to all", &mut data).expect("short");
        let mut copy = data;
        assert!(key.unseal(&[5; NONCE], b"to all", &mut copy, &tag[..12]));
        assert_eq!(&copy, b"attack at dawn");
        let mut copy = data;
        copy[0] ^= 1;
        assert!(!key.unseal(&[5; NONCE], b"to all", &mut copy, &tag));
        assert_eq!(copy, [0; 14]);
    }
}
