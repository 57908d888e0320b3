//! RTL_REGISTRY_XXX — the places that RtlXxxRegistryXxx functions name by a number.

use minifilter_sys::{HANDLE, NTSTATUS, STATUS_INVALID_PARAMETER};

use super::key;
use super::tree::{KeyId, Tree};

/// RTL_REGISTRY_HANDLE.
const HANDLE_GIVEN: u32 = 0x4000_0000;
/// RTL_REGISTRY_OPTIONAL.
pub const OPTIONAL: u32 = 0x8000_0000;

/// Where a path begins.
fn place(number: u32) -> Result<&'static str, NTSTATUS> {
    Ok(match number {
        0 => "",
        1 => r"\Registry\Machine\System\CurrentControlSet\Services",
        2 => r"\Registry\Machine\System\CurrentControlSet\Control",
        3 => r"\Registry\Machine\Software\Microsoft\Windows NT\CurrentVersion",
        4 => r"\Registry\Machine\Hardware\DeviceMap",
        5 => r"\Registry\User\.Default",
        _ => return Err(STATUS_INVALID_PARAMETER),
    })
}

/// The key that the two first arguments of these functions mean; `make` makes it if it is missing.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for an unknown place, and those of opening a key.
pub fn find(relative_to: u32, handle: HANDLE, path: &[u16], make: bool) -> Result<KeyId, NTSTATUS> {
    if relative_to & HANDLE_GIVEN != 0 {
        return key::by_handle(handle).map(|(id, _)| id);
    }
    let head = place(relative_to & !OPTIONAL)?;
    let mut full: Vec<u16> = head.encode_utf16().collect();
    if !head.is_empty() && !path.is_empty() {
        full.push(u16::from(b'\\'));
    }
    full.extend(path);
    let find = |tree: &mut Tree| match make {
        true => tree.create_all(&String::from_utf16_lossy(&full)),
        false => tree.open(None, &full),
    };
    super::with(find)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minifilter_sys::STATUS_OBJECT_NAME_NOT_FOUND;

    #[test]
    fn a_number_is_a_place_and_a_path_goes_on_from_there() {
        let none = std::ptr::null_mut();
        let wide = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let services = find(1, none, &[], false);
        assert!(
            services.is_ok()
                && services == find(0, none, &wide(super::super::service::SERVICES), false)
        );
        assert_eq!(
            find(2, none, &wide("NoSuch"), false),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
        assert_eq!(find(9, none, &[], false), Err(STATUS_INVALID_PARAMETER));
        assert!(find(OPTIONAL | 3, none, &[], false).is_ok());
    }
}
