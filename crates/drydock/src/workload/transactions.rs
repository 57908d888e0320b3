//! Transactions of the smoke workload: files opened and read in one, and its outcome.

use super::check::{bytes, success};
use crate::io::{CreateOptions, Io};
use crate::model::transaction::Transaction;

/// Reads a file in a transaction that is committed, and in one that is rolled back with the file still open.
pub fn run(io: &Io, path: &str, wanted: &[u8]) -> Option<()> {
    let committed = Transaction::begin();
    read(io, path, wanted, &committed).map(drop)?;
    io.settle();
    committed.commit();
    let rolled_back = Transaction::begin();
    let file = read(io, path, wanted, &rolled_back)?;
    rolled_back.rollback();
    drop(file);
    Some(())
}

fn read<'io>(
    io: &'io Io,
    path: &str,
    wanted: &[u8],
    transaction: &std::sync::Arc<Transaction>,
) -> Option<crate::io::Handle<'io>> {
    let site = "smoke: read in a transaction";
    let options = CreateOptions::default().transaction(transaction);
    let file = success(site, path, io.create(path, options))?;
    let mut out = vec![0; wanted.len()];
    let length = success(site, path, file.read(Some(0), &mut out))?;
    bytes(site, path, &out[..length], wanted);
    Some(file)
}
