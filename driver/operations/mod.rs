//! What the driver does about each operation: one file an IRP_MJ.

mod cleanup;
mod close;
mod create;
mod read;
mod set_information;
mod transfer;
mod write;
