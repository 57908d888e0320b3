//! What the driver left behind: pool, objects in its image, writes into freed memory.

use std::collections::BTreeMap;

use crate::image::Loaded;
use crate::model::own_io::data;
use crate::model::{
    device_object, flt_object, handle, io_work_item, irp, mdl, object_reference, pool,
    registrations, section, system_thread, work_queue_item,
};
use crate::report;
use crate::verify::rule;

/// Looks for leaks after the driver took itself down, then makes its image inaccessible. While it is not `alone`, what cannot
/// be told from the things of other drivers is left for the last one.
pub fn after_unload(loaded: &Loaded, alone: bool) {
    io_work_item::wait_for_all();
    let image = loaded.base..loaded.base + loaded.size;
    system_thread::report_left(image.clone());
    work_queue_item::report_left(&image);
    if alone {
        device_object::report_left();
    }
    report_pool(loaded);
    irp::report_left(&image);
    registrations::report_left(&image);
    let views = section::view::report_leaks(&image);
    let own_data = data::report_leaks(&image);
    let objects = flt_object::report_leaks(&image);
    let handles = handle::report_leaks(image);
    let kept = if alone {
        object_reference::report_leaks()
    } else {
        0
    };
    let references = kept + views + handles + own_data + objects;
    report::with(|report| report.leaks.references += references);
    pool::check_quarantine();
    loaded.unload();
}

fn report_pool(loaded: &Loaded) {
    let mine = loaded.base..loaded.base + loaded.size;
    let left = pool::live_blocks(|block| mine.contains(&block.caller));
    report::with(|report| {
        report.leaks.pool_blocks += left.len() as u64;
        report.leaks.pool_bytes += left.iter().map(|(_, block)| block.size as u64).sum::<u64>();
    });
    let mut by_origin: BTreeMap<String, Vec<pool::Block>> = BTreeMap::new();
    for (address, block) in left {
        if mdl::is_locked(address, block.tag) {
            let detail = format!("MDL {address:#x}, allocated");
            block.origin.blame(rule::MDL_LEFT_LOCKED, &detail);
        }
        by_origin
            .entry(block.origin.describe())
            .or_default()
            .push(block);
    }
    for blocks in by_origin.values() {
        let bytes: usize = blocks.iter().map(|block| block.size).sum();
        let tag = pool::tag_text(blocks[0].tag);
        let detail = format!(
            "{} blocks, {bytes} bytes, tag {tag}, allocated",
            blocks.len()
        );
        blocks[0].origin.blame(rule::POOL_LEAK, &detail);
    }
}
