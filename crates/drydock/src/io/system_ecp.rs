//! Extra create parameters that parts of Windows send: the prefetcher, the file server, a program with an oplock key.
#![allow(unsafe_code)] // fills memory that drivers read

use std::ffi::c_void;

use minifilter_sys::GUID;

use crate::model::ecp::{self, Parameter};

/// PREFETCH_OPEN_ECP_CONTEXT: one pointer.
const PREFETCH: GUID = guid(0xE177_7B21, 0x847E, 0x4837, 0xAA45_6416_1D28_0655);
/// OPLOCK_KEY_ECP_CONTEXT: a GUID and a reserved ULONG.
const OPLOCK_KEY: GUID = guid(0x4885_0596, 0x3050, 0x4BE7, 0x9863_FEC3_50CE_8D7F);
/// NETWORK_OPEN_ECP_CONTEXT: its size, and what is asked and answered about the place of the file.
const NETWORK_OPEN: GUID = guid(0xC584_EDBF, 0x00DF, 0x4D28, 0xB884_35BA_CA89_11E8);

/// Tag of their memory.
const TAG: u32 = u32::from_le_bytes(*b"SyEc");

const fn guid(first: u32, second: u16, third: u16, rest: u64) -> GUID {
    GUID {
        Data1: first,
        Data2: second,
        Data3: third,
        Data4: rest.to_be_bytes(),
    }
}

/// The parameter of one kind, with what its sender writes into it.
fn kind(choice: u32) -> (GUID, Vec<u8>, bool) {
    match choice % 3 {
        0 => (PREFETCH, vec![0; 8], false),
        1 => {
            let mut key = vec![0; 20];
            key[..4].copy_from_slice(&choice.to_le_bytes());
            (OPLOCK_KEY, key, true)
        }
        _ => {
            let mut open = vec![0; 28];
            open[0] = 28;
            (NETWORK_OPEN, open, false)
        }
    }
}

/// A list with one such parameter; none when there is no memory. The I/O manager frees it after the open.
pub fn list(choice: u32) -> Option<usize> {
    let (guid, content, from_user_mode) = kind(choice);
    let list = ecp::allocate_list(0).ok()?;
    let parameter = Parameter {
        guid,
        size: content.len() as u32,
        tag: TAG,
        cleanup: None,
        lookaside: 0,
    };
    let context = ecp::allocate(parameter, 0);
    let Ok(context) = context.and_then(|context| ecp::insert(list, context).map(|()| context))
    else {
        ecp::free_list(list);
        return None;
    };
    let place = context as *mut c_void;
    // SAFETY: the context was just allocated with as many bytes.
    unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), place.cast(), content.len()) };
    if from_user_mode {
        ecp::from_user_mode(context);
    }
    Some(list)
}

/// The oplock key in a list of extra create parameters, if there is one.
pub fn oplock_key(list: usize) -> Option<[u8; 16]> {
    if list == 0 {
        return None;
    }
    let found = ecp::find(list, OPLOCK_KEY).ok()?;
    let key = found.context as *const [u8; 16];
    // SAFETY: the context of a parameter has as many bytes as it says, and the list goes with the create.
    (found.size >= 16).then(|| unsafe { key.read_unaligned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_comes_with_its_documented_size() {
        let _ = crate::model::thread::current();
        for (choice, guid, size) in [(0, PREFETCH, 8), (1, OPLOCK_KEY, 20), (2, NETWORK_OPEN, 28)] {
            let list = list(choice).expect("there is memory");
            let found = ecp::find(list, guid).expect("it is in the list");
            assert_eq!(found.size, size);
            assert_eq!(ecp::is_from_user_mode(found.context), guid == OPLOCK_KEY);
            ecp::free_list(list);
        }
    }
}
