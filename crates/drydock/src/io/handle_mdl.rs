//! Reads and writes of a file server — by pages that the cache lends, and as anyone else's where that is refused.

use minifilter_sys::*;

use super::Handle;
use crate::volume::parameters;

impl Handle<'_> {
    /// Sends what the file has from an offset on out of the pages of the cache; gives the number of bytes.
    pub fn read_by_mdl(&self, offset: u64, out: &mut [u8]) -> Result<usize, NTSTATUS> {
        self.require(FILE_READ_DATA)?;
        let mut chain: PMDL = std::ptr::null_mut();
        let mut iopb = self.block(IRP_MJ_MDL_READ, 0);
        iopb.Parameters = FLT_PARAMETERS {
            MdlRead: transfer(offset, out.len(), &raw mut chain)?,
        };
        let Some(end) = self.io.fast_io(&mut iopb) else {
            return self.read(Some(offset), out);
        };
        let length = end?.information.min(out.len());
        if length == 0 {
            return Ok(0);
        }
        out[..length].copy_from_slice(parameters::input(
            std::ptr::null_mut(),
            lent(chain)?,
            length as u32,
        )?);
        let back = FLT_PARAMETERS_MDL_READ_COMPLETE { MdlChain: chain };
        let back = FLT_PARAMETERS {
            MdlReadComplete: back,
        };
        self.give_back(IRP_MJ_MDL_READ_COMPLETE, back, offset, chain)?;
        Ok(length)
    }

    /// Puts what has come over the network into pages of the cache; gives the number of bytes.
    pub fn write_by_mdl(&self, offset: u64, data: &[u8]) -> Result<usize, NTSTATUS> {
        self.require(FILE_WRITE_DATA)?;
        let mut chain: PMDL = std::ptr::null_mut();
        let mut iopb = self.block(IRP_MJ_PREPARE_MDL_WRITE, 0);
        iopb.Parameters = FLT_PARAMETERS {
            PrepareMdlWrite: transfer(offset, data.len(), &raw mut chain)?,
        };
        let Some(end) = self.io.fast_io(&mut iopb) else {
            return self.write(Some(offset), data);
        };
        let length = end?.information.min(data.len());
        if length == 0 {
            return Ok(0);
        }
        parameters::output(std::ptr::null_mut(), lent(chain)?, length as u32)?
            .copy_from_slice(&data[..length]);
        let back = FLT_PARAMETERS_MDL_WRITE_COMPLETE {
            FileOffset: at(offset),
            MdlChain: chain,
        };
        let back = FLT_PARAMETERS {
            MdlWriteComplete: back,
        };
        self.give_back(IRP_MJ_MDL_WRITE_COMPLETE, back, offset, chain)?;
        Ok(length)
    }

    /// Gives pages back: by fast I/O, and by an IRP where a filter wants that.
    fn give_back(
        &self,
        major: u8,
        parameters: FLT_PARAMETERS,
        offset: u64,
        chain: PMDL,
    ) -> Result<(), NTSTATUS> {
        let mut iopb = self.block(major, 0);
        iopb.Parameters = parameters;
        if let Some(end) = self.io.fast_io(&mut iopb) {
            return end.map(|_| ());
        }
        let major = match major {
            IRP_MJ_MDL_READ_COMPLETE => IRP_MJ_READ,
            _ => IRP_MJ_WRITE,
        };
        let mut iopb = self.block(major, IRP_SYNCHRONOUS_API);
        iopb.MinorFunction = IRP_MN_COMPLETE_MDL;
        // Read and write have the same parameters at the same places.
        let complete = FLT_PARAMETERS_READ {
            ByteOffset: at(offset),
            MdlAddress: chain,
            ..parameters::read(&iopb)
        };
        iopb.Parameters = FLT_PARAMETERS { Read: complete };
        self.io.irp(&mut iopb).map(|_| ())
    }
}

/// A chain that was lent: who says that there are bytes has to say where.
fn lent(chain: PMDL) -> Result<PMDL, NTSTATUS> {
    match chain.is_null() {
        true => Err(STATUS_INVALID_USER_BUFFER),
        false => Ok(chain),
    }
}

fn at(offset: u64) -> LARGE_INTEGER {
    LARGE_INTEGER {
        QuadPart: offset.cast_signed(),
    }
}

fn transfer(
    offset: u64,
    length: usize,
    chain: *mut PMDL,
) -> Result<FLT_PARAMETERS_MDL_TRANSFER, NTSTATUS> {
    Ok(FLT_PARAMETERS_MDL_TRANSFER {
        FileOffset: at(offset),
        Length: u32::try_from(length).map_err(|_| STATUS_INVALID_PARAMETER)?,
        _padding: 0,
        Key: 0,
        MdlChain: chain,
    })
}
