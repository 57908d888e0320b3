//! SE_EXPORTS — the privileges and well-known SIDs that drivers find through the variable SeExports.
#![allow(unsafe_code)] // shares a table of addresses between threads

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where SeExports points to: 8 bytes for each privilege and each address.
static TABLE: OnceLock<Vec<u64>> = OnceLock::new();
/// The variable.
pub static VARIABLE: AtomicUsize = AtomicUsize::new(0);

/// One member.
enum Member {
    /// The LUID of a privilege.
    Privilege(u64),
    /// A SID: the authority and what follows it.
    Sid(u8, &'static [u32]),
}

use Member::{Privilege, Sid};

/// Authorities: null, world, local, creator, NT, application packages, labels.
const NULL: u8 = 0;
const WORLD: u8 = 1;
const LOCAL: u8 = 2;
const CREATOR: u8 = 3;
const NT: u8 = 5;
const PACKAGE: u8 = 15;
const LABEL: u8 = 16;
/// SECURITY_BUILTIN_DOMAIN_RID.
const BUILTIN: u32 = 32;

/// The members in the order of the structure.
const MEMBERS: &[Member] = &[
    Privilege(2),  // SeCreateTokenPrivilege
    Privilege(3),  // SeAssignPrimaryTokenPrivilege
    Privilege(4),  // SeLockMemoryPrivilege
    Privilege(5),  // SeIncreaseQuotaPrivilege
    Privilege(6),  // SeUnsolicitedInputPrivilege
    Privilege(7),  // SeTcbPrivilege
    Privilege(8),  // SeSecurityPrivilege
    Privilege(9),  // SeTakeOwnershipPrivilege
    Privilege(10), // SeLoadDriverPrivilege
    Privilege(15), // SeCreatePagefilePrivilege
    Privilege(14), // SeIncreaseBasePriorityPrivilege
    Privilege(11), // SeSystemProfilePrivilege
    Privilege(12), // SeSystemtimePrivilege
    Privilege(13), // SeProfileSingleProcessPrivilege
    Privilege(16), // SeCreatePermanentPrivilege
    Privilege(17), // SeBackupPrivilege
    Privilege(18), // SeRestorePrivilege
    Privilege(19), // SeShutdownPrivilege
    Privilege(20), // SeDebugPrivilege
    Privilege(21), // SeAuditPrivilege
    Privilege(22), // SeSystemEnvironmentPrivilege
    Privilege(23), // SeChangeNotifyPrivilege
    Privilege(24), // SeRemoteShutdownPrivilege
    Sid(NULL, &[0]),
    Sid(WORLD, &[0]),
    Sid(LOCAL, &[0]),
    Sid(CREATOR, &[0]),
    Sid(CREATOR, &[1]),
    Sid(NT, &[]),
    Sid(NT, &[1]),  // dial-up
    Sid(NT, &[2]),  // network
    Sid(NT, &[3]),  // batch
    Sid(NT, &[4]),  // interactive
    Sid(NT, &[18]), // local system
    Sid(NT, &[BUILTIN, 544]),
    Sid(NT, &[BUILTIN, 545]),
    Sid(NT, &[BUILTIN, 546]),
    Sid(NT, &[BUILTIN, 547]),
    Sid(NT, &[BUILTIN, 548]),
    Sid(NT, &[BUILTIN, 549]),
    Sid(NT, &[BUILTIN, 550]),
    Sid(NT, &[BUILTIN, 551]),
    Sid(NT, &[11]), // authenticated users
    Sid(NT, &[12]), // restricted
    Sid(NT, &[7]),  // anonymous
    Privilege(25),  // SeUndockPrivilege
    Privilege(26),  // SeSyncAgentPrivilege
    Privilege(27),  // SeEnableDelegationPrivilege
    Sid(NT, &[19]), // local service
    Sid(NT, &[20]), // network service
    Privilege(28),  // SeManageVolumePrivilege
    Privilege(29),  // SeImpersonatePrivilege
    Privilege(30),  // SeCreateGlobalPrivilege
    Privilege(31),  // SeTrustedCredManAccessPrivilege
    Privilege(32),  // SeRelabelPrivilege
    Privilege(33),  // SeIncreaseWorkingSetPrivilege
    Privilege(34),  // SeTimeZonePrivilege
    Privilege(35),  // SeCreateSymbolicLinkPrivilege
    Sid(NT, &[17]), // IUSR
    Sid(LABEL, &[0]),
    Sid(LABEL, &[0x1000]),
    Sid(LABEL, &[0x2000]),
    Sid(LABEL, &[0x3000]),
    Sid(LABEL, &[0x4000]),
    Sid(CREATOR, &[4]),    // owner rights
    Sid(PACKAGE, &[2, 1]), // all application packages
];

/// A SID in memory that stays.
fn sid(authority: u8, rest: &[u32]) -> u64 {
    let mut bytes = vec![1, rest.len() as u8, 0, 0, 0, 0, 0, authority];
    bytes.extend(rest.iter().flat_map(|part| part.to_le_bytes()));
    bytes.leak().as_ptr() as u64
}

/// Fills the variable before a driver can read it.
pub fn prepare() {
    let table = TABLE.get_or_init(|| {
        let word = |member: &Member| match member {
            Privilege(luid) => *luid,
            Sid(authority, rest) => sid(*authority, rest),
        };
        MEMBERS.iter().map(word).collect()
    });
    VARIABLE.store(table.as_ptr() as usize, Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_where_the_header_has_them() {
        prepare();
        let table = TABLE.get().expect("it was made");
        assert_eq!(VARIABLE.load(Ordering::Acquire), table.as_ptr() as usize);
        // SeLocalSystemSid and SeManageVolumePrivilege of SE_EXPORTS.
        let at = |offset: usize| table[offset / 8];
        // SAFETY: the member is the address of a SID of twelve bytes that stays.
        let system = unsafe { *(at(0x108) as *const [u8; 12]) };
        assert_eq!(system, [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
        assert_eq!((at(0), at(0xB0), at(0x190)), (2, 24, 28));
    }
}
