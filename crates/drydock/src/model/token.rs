//! TOKEN — who a process runs as: the system, or the one user whose programs these are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{NTSTATUS, STATUS_INVALID_INFO_CLASS};

use super::kernel_object::KernelObject;
use super::object_type::ObjectType;
use super::thread::SYSTEM_PROCESS;

/// TOKEN_INFORMATION_CLASS.
const USER: i32 = 1;
const TYPE: i32 = 8;
const SESSION: i32 = 12;
const ELEVATION: i32 = 20;
const INTEGRITY: i32 = 25;
/// TokenPrimary.
const PRIMARY: u32 = 1;
/// SE_GROUP_INTEGRITY and SE_GROUP_INTEGRITY_ENABLED.
const INTEGRITY_ATTRIBUTES: u32 = 0x60;

/// Token — the primary token of a process.
pub struct Token {
    process: u32,
    /// So that no two have one address.
    _body: [u64; 8],
}

static TOKENS: Mutex<BTreeMap<u32, Arc<Token>>> = Mutex::new(BTreeMap::new());

/// The token of the process `id`; it stays as long as the bench.
pub fn of_process(id: u32) -> Arc<Token> {
    let mut tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    let token = tokens.entry(id).or_insert_with(|| {
        Arc::new(Token {
            process: id,
            _body: [0; 8],
        })
    });
    Arc::clone(token)
}

/// The token whose body is at `address`.
#[must_use]
pub fn at(address: usize) -> Option<Arc<Token>> {
    let tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    tokens
        .values()
        .find(|token| token.body() == address)
        .cloned()
}

/// Answer — what is known of a token: bytes, and where a SID lies in them that their first word has to point to.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The structure.
    pub bytes: Vec<u8>,
    /// Offset of the SID, if the structure begins with a pointer to one.
    pub sid: Option<usize>,
}

/// A SID of authority 5 (NT) or 16 (mandatory label).
fn sid(authority: u8, parts: &[u32]) -> Vec<u8> {
    let head = [1, parts.len() as u8, 0, 0, 0, 0, 0, authority];
    head.into_iter()
        .chain(parts.iter().flat_map(|part| part.to_le_bytes()))
        .collect()
}

/// SID_AND_ATTRIBUTES with the SID behind it.
fn with_sid(attributes: u32, sid: &[u8]) -> Answer {
    let mut bytes = vec![0; 8];
    bytes.extend(attributes.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(sid);
    Answer {
        bytes,
        sid: Some(16),
    }
}

impl Token {
    fn is_system(&self) -> bool {
        self.process == SYSTEM_PROCESS
    }

    /// `ZwQueryInformationToken`
    ///
    /// # Errors
    /// STATUS_INVALID_INFO_CLASS for a class that is not modelled or that there is not.
    pub fn query(&self, class: i32) -> Result<Answer, NTSTATUS> {
        let number = |value: u32| Answer {
            bytes: value.to_le_bytes().to_vec(),
            sid: None,
        };
        Ok(match class {
            USER if self.is_system() => with_sid(0, &sid(5, &[18])),
            USER => with_sid(0, &sid(5, &[21, 1000, 2000, 3000, 1001])),
            TYPE => number(PRIMARY),
            SESSION => number(u32::from(!self.is_system())),
            ELEVATION => number(u32::from(self.is_system())),
            INTEGRITY => with_sid(
                INTEGRITY_ATTRIBUTES,
                &sid(16, &[if self.is_system() { 0x4000 } else { 0x2000 }]),
            ),
            _ => return Err(STATUS_INVALID_INFO_CLASS),
        })
    }
}

impl KernelObject for Token {
    fn kind(&self) -> ObjectType {
        ObjectType::Token
    }

    fn body(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_and_a_program_run_as_different_users() {
        let (system, program) = (of_process(SYSTEM_PROCESS), of_process(8800));
        let user = |token: &Token| token.query(USER).map(|answer| answer.bytes[16..].to_vec());
        assert_eq!(user(&system), Ok(vec![1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]));
        assert_eq!(user(&program).map(|sid| (sid[1], sid.len())), Ok((5, 28)));
        assert_eq!(
            system.query(SESSION).map(|answer| answer.bytes),
            Ok(vec![0; 4])
        );
        assert_eq!(program.query(9999), Err(STATUS_INVALID_INFO_CLASS));
        assert!(at(program.body()).is_some() && at(0x10).is_none());
    }
}
