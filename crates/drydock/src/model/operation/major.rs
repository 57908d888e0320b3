//! IRP_MJ_* — the names of major functions in reports.

/// The names under which one major function appears.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// `IRP_MJ_CREATE`.
    pub name: &'static str,
    /// The site of its pre-operation callback.
    pub pre: &'static str,
    /// The site of its post-operation callback.
    pub post: &'static str,
    /// The name with a zero at its end.
    with_zero: &'static str,
}

macro_rules! names {
    ($($code:literal $name:literal)*) => {
        /// The names of a major function.
        pub fn names(major: u8) -> Names {
            match major {
                $($code => Names {
                    name: $name,
                    pre: concat!("pre-operation ", $name),
                    post: concat!("post-operation ", $name),
                    with_zero: concat!($name, "\0"),
                },)*
                _ => Names {
                    name: "unknown major function",
                    pre: "pre-operation of an unknown major function",
                    post: "post-operation of an unknown major function",
                    with_zero: "unknown major function\0",
                },
            }
        }

        #[cfg(test)]
        const ALL: &[(u8, &str)] = &[$(($code, $name)),*];
    };
}

names! {
    0x00 "IRP_MJ_CREATE"
    0x01 "IRP_MJ_CREATE_NAMED_PIPE"
    0x02 "IRP_MJ_CLOSE"
    0x03 "IRP_MJ_READ"
    0x04 "IRP_MJ_WRITE"
    0x05 "IRP_MJ_QUERY_INFORMATION"
    0x06 "IRP_MJ_SET_INFORMATION"
    0x07 "IRP_MJ_QUERY_EA"
    0x08 "IRP_MJ_SET_EA"
    0x09 "IRP_MJ_FLUSH_BUFFERS"
    0x0A "IRP_MJ_QUERY_VOLUME_INFORMATION"
    0x0B "IRP_MJ_SET_VOLUME_INFORMATION"
    0x0C "IRP_MJ_DIRECTORY_CONTROL"
    0x0D "IRP_MJ_FILE_SYSTEM_CONTROL"
    0x0E "IRP_MJ_DEVICE_CONTROL"
    0x0F "IRP_MJ_INTERNAL_DEVICE_CONTROL"
    0x10 "IRP_MJ_SHUTDOWN"
    0x11 "IRP_MJ_LOCK_CONTROL"
    0x12 "IRP_MJ_CLEANUP"
    0x13 "IRP_MJ_CREATE_MAILSLOT"
    0x14 "IRP_MJ_QUERY_SECURITY"
    0x15 "IRP_MJ_SET_SECURITY"
    0x16 "IRP_MJ_POWER"
    0x17 "IRP_MJ_SYSTEM_CONTROL"
    0x18 "IRP_MJ_DEVICE_CHANGE"
    0x19 "IRP_MJ_QUERY_QUOTA"
    0x1A "IRP_MJ_SET_QUOTA"
    0x1B "IRP_MJ_PNP"
    0xEC "IRP_MJ_VOLUME_DISMOUNT"
    0xED "IRP_MJ_VOLUME_MOUNT"
    0xEE "IRP_MJ_MDL_WRITE_COMPLETE"
    0xEF "IRP_MJ_PREPARE_MDL_WRITE"
    0xF0 "IRP_MJ_MDL_READ_COMPLETE"
    0xF1 "IRP_MJ_MDL_READ"
    0xF2 "IRP_MJ_NETWORK_QUERY_OPEN"
    0xF3 "IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE"
    0xF9 "IRP_MJ_QUERY_OPEN"
    0xFA "IRP_MJ_RELEASE_FOR_CC_FLUSH"
    0xFB "IRP_MJ_ACQUIRE_FOR_CC_FLUSH"
    0xFC "IRP_MJ_RELEASE_FOR_MOD_WRITE"
    0xFD "IRP_MJ_ACQUIRE_FOR_MOD_WRITE"
    0xFE "IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION"
    0xFF "IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION"
}

/// FltGetIrpName — the name as a C string that lives for ever.
pub fn text(major: u8) -> *const std::ffi::c_char {
    names(major).with_zero.as_ptr().cast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_fact_table() {
        let table = include_str!("../../../../../tests/facts/constants.csv");
        for (code, name) in ALL {
            let line = table
                .lines()
                .find(|line| line.split(',').next() == Some(name));
            let value = line
                .and_then(|line| line.split(',').nth(1))
                .expect("the constant is in the table");
            let value = value.trim_start_matches("0x");
            assert_eq!(u8::from_str_radix(value, 16), Ok(*code), "{name}");
            assert_eq!(names(*code).name, *name);
        }
    }
}
