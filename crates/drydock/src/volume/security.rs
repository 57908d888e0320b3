//! IRP_MJ_QUERY_SECURITY and IRP_MJ_SET_SECURITY — every file has the same descriptor: everyone may do everything.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::Answer;
use super::information::Record;
use super::parameters::{self, target};

/// SE_SELF_RELATIVE and SE_DACL_PRESENT.
const SELF_RELATIVE: u32 = 0x8000;
const DACL_PRESENT: u32 = 0x4;

impl HostVolume {
    /// Carries out a query of security: the parts asked for, self-relative.
    pub(super) fn query_security(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        self.opened(file.as_ptr())?;
        let query = parameters::query_security(iopb);
        let descriptor = descriptor(query.SecurityInformation);
        let buffer = parameters::output(query.SecurityBuffer, query.MdlAddress, query.Length)?;
        if buffer.len() < descriptor.len() {
            return Ok(super::answer::Done {
                status: STATUS_BUFFER_OVERFLOW,
                information: descriptor.len(),
            });
        }
        Record(descriptor).deliver(buffer, 0)
    }

    /// Descriptors are not kept, so setting one is refused rather than forgotten.
    pub(super) fn set_security(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        self.opened(file.as_ptr())?;
        match parameters::set_security(iopb).SecurityDescriptor.is_null() {
            true => Err(STATUS_INVALID_PARAMETER),
            false => Err(STATUS_ACCESS_DENIED),
        }
    }
}

/// A SID: revision 1, sub-authorities under the given authority.
fn sid(authority: u8, parts: &[u32]) -> Record {
    let head = Record::default()
        .u8(1)
        .u8(parts.len() as u8)
        .pad_to(7)
        .u8(authority);
    parts.iter().fold(head, |sid, part| sid.u32(*part))
}

fn descriptor(wanted: u32) -> Vec<u8> {
    let administrators = sid(5, &[32, 544]);
    let everyone = sid(1, &[0]);
    // One ACCESS_ALLOWED_ACE with all rights, in an ACL of revision 2.
    let ace_size = 8 + everyone.0.len() as u32;
    let ace = Record::default()
        .u32(ace_size << 16)
        .u32(FILE_ALL_ACCESS)
        .record(&everyone);
    let dacl = Record::default()
        .u32((8 + ace_size) << 16 | 2)
        .u32(1)
        .record(&ace);
    let mut body = Record::default();
    let mut place = |flag: u32, part: &Record| {
        if wanted & flag == 0 {
            return 0;
        }
        let offset = 20 + body.0.len() as u32;
        body = std::mem::take(&mut body).record(part);
        offset
    };
    let owner = place(OWNER_SECURITY_INFORMATION, &administrators);
    let group = place(GROUP_SECURITY_INFORMATION, &administrators);
    let acl = place(DACL_SECURITY_INFORMATION, &dacl);
    let control = SELF_RELATIVE | if acl == 0 { 0 } else { DACL_PRESENT };
    Record::default()
        .u32(control << 16 | 1)
        .u32(owner)
        .u32(group)
        .u32(0)
        .u32(acl)
        .record(&body)
        .0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_descriptor_has_the_parts_asked_for() {
        let all = descriptor(
            OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
        );
        assert_eq!(all.len(), 20 + 16 + 16 + 28);
        assert_eq!(all[..4], [1, 0, 0x04, 0x80]);
        assert_eq!(
            all[20..36],
            [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0]
        );
        assert_eq!(descriptor(0), [&[1, 0, 0, 0x80][..], &[0; 16]].concat());
    }
}
