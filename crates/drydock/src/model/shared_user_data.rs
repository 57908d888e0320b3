//! KUSER_SHARED_DATA — the page at 0xFFFFF78000000000 from which drivers read time and version without a call.

use super::time;

/// Windows 11 24H2.
pub const BUILD: u32 = 26100;
/// Where it is.
pub const ADDRESS: u64 = 0xFFFF_F780_0000_0000;
/// Bytes of it that can be read.
pub const SIZE: usize = 0x1000;
/// Units of 100 ns between two clock ticks.
const TIME_INCREMENT: u64 = 156_250;
/// Milliseconds a tick, as a fraction of 2^24.
const TICK_MULTIPLIER: u32 = 0x0FA0_0000;

/// What reads of `size` bytes at `address` find now; none outside the page.
#[must_use]
pub fn read(address: u64, size: usize) -> Option<u64> {
    let offset = usize::try_from(address.checked_sub(ADDRESS)?).ok()?;
    if size > 8 || offset.checked_add(size)? > SIZE {
        return None;
    }
    let mut page = Page([0; SIZE]);
    page.fill();
    let mut value = [0; 8];
    value[..size].copy_from_slice(&page.0[offset..offset + size]);
    Some(u64::from_le_bytes(value))
}

struct Page([u8; SIZE]);

impl Page {
    fn fill(&mut self) {
        let start = time::since_start();
        let ticks = start / TIME_INCREMENT;
        self.u32(0x0, ticks as u32); // TickCountLowDeprecated
        self.u32(0x4, TICK_MULTIPLIER);
        self.time(0x8, start); // InterruptTime
        self.time(0x14, time::system_time() as u64); // SystemTime; TimeZoneBias stays 0: UTC
        self.u32(0x2c, 0x8664_8664); // ImageNumberLow, ImageNumberHigh
        for (index, unit) in "C:\\Windows".encode_utf16().enumerate() {
            self.put(0x30 + index * 2, &unit.to_le_bytes()); // NtSystemRoot
        }
        self.u32(0x260, BUILD); // NtBuildNumber
        self.u32(0x264, 1); // NtProductType: workstation
        self.put(0x268, &[1]); // ProductTypeIsValid
        self.put(0x26a, &[9]); // NativeProcessorArchitecture: AMD64
        self.u32(0x26c, 10); // NtMajorVersion
        self.u32(0x270, 0); // NtMinorVersion
        self.u32(0x2d0, 0x100); // SuiteMask
        self.put(0x300, &10_000_000_u64.to_le_bytes()); // QpcFrequency
        self.time(0x320, ticks); // TickCount
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) {
        self.0[offset..offset + bytes.len()].copy_from_slice(bytes);
    }

    fn u32(&mut self, offset: usize, value: u32) {
        self.put(offset, &value.to_le_bytes());
    }

    /// KSYSTEM_TIME: the low part, and the high part twice.
    fn time(&mut self, offset: usize, units: u64) {
        self.put(offset, &units.to_le_bytes());
        self.u32(offset + 8, (units >> 32) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_version_are_where_drivers_look() {
        let before = time::system_time() as u64;
        let now = read(ADDRESS + 0x14, 8).expect("inside the page");
        assert!(now >= before && now - before < 600_000_000);
        assert_eq!(read(ADDRESS + 0x26c, 4), Some(10));
        assert_eq!(read(ADDRESS + 0x18, 4), read(ADDRESS + 0x1c, 4));
    }

    #[test]
    fn reads_across_the_end_fail() {
        assert_eq!(read(ADDRESS + 0xffc, 4), Some(0));
        assert_eq!([read(ADDRESS + 0xffd, 4), read(ADDRESS - 1, 1)], [None; 2]);
    }
}
