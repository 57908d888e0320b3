//! The fact tables of `tests/facts`.

use std::collections::BTreeMap;
use std::path::Path;

use super::Arch;

/// A column of a table by its name.
pub type Row = BTreeMap<String, String>;

/// The rows of one table.
pub fn rows(table: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("facts")
        .join(table);
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = reader.deserialize().map(|row| row.expect("a row of text"));
    rows.collect()
}

/// Where a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// First byte and number of bytes.
    Bytes(u64, u64),
    /// The byte that a bit field begins in.
    BitsIn(u64),
}

/// A type as the headers lay it out.
#[derive(Debug, Default)]
pub struct TypeFacts {
    pub size: u64,
    pub align: u64,
    /// Dotted path and place, anonymous members flattened.
    pub fields: Vec<(String, Place)>,
}

/// Every type of one processor's layout table.
pub fn layouts(arch: Arch) -> BTreeMap<String, TypeFacts> {
    let mut types = BTreeMap::<String, TypeFacts>::new();
    for row in rows(&format!("layout-{}.csv", arch.name())) {
        let number = |column: &str| row[column].parse().expect("a number");
        let facts = types.entry(row["type"].clone()).or_default();
        if row["field"].is_empty() {
            (facts.size, facts.align) = (number("size"), number("align"));
        } else if row["field_size"].starts_with('b') {
            let place = Place::BitsIn(number("offset"));
            facts.fields.push((row["field"].clone(), place));
        } else {
            let place = Place::Bytes(number("offset"), number("field_size"));
            facts.fields.push((row["field"].clone(), place));
        }
    }
    types
}

/// A constant as the headers define it.
#[derive(Debug)]
pub struct ConstantFacts {
    pub value: u64,
    pub bytes: u64,
    /// The enumeration it belongs to.
    pub of_enum: Option<String>,
}

/// Every constant of one processor.
pub fn constants(arch: Arch) -> BTreeMap<String, ConstantFacts> {
    let rows = rows("constants.csv").into_iter();
    rows.filter(|row| row["arch"] == "all" || row["arch"] == arch.name())
        .map(|row| {
            let digits = row["value"]
                .strip_prefix("0x")
                .expect("a hexadecimal value");
            let facts = ConstantFacts {
                value: u64::from_str_radix(digits, 16).expect("a hexadecimal value"),
                bytes: row["bytes"].parse().expect("a number"),
                of_enum: row["source"].strip_prefix("enum ").map(str::to_owned),
            };
            (row["name"].clone(), facts)
        })
        .collect()
}

/// A function as the driver kit offers it.
#[derive(Debug)]
pub struct FunctionFacts {
    /// The image that exports it.
    pub dll: &'static str,
    /// `extern`, `inline` or `macro`, for one processor.
    pub linkage: String,
    pub safe_max: String,
}

/// Every function of one processor.
pub fn functions(arch: Arch) -> BTreeMap<String, FunctionFacts> {
    let rows = rows("ddi.csv").into_iter();
    rows.filter(|row| row["kind"] == "function")
        .map(|row| {
            let dll = match row["library"].as_str() {
                "FltMgr.lib" => "FLTMGR.SYS",
                _ => "ntoskrnl.exe",
            };
            let linkage = row["linkage"].split(';').find_map(|part| {
                let (target, linkage) = part.split_once('=').unwrap_or((arch.name(), part));
                (target == arch.name()).then(|| linkage.to_owned())
            });
            let facts = FunctionFacts {
                dll,
                linkage: linkage.expect("a linkage for each target"),
                safe_max: row["safe_max"].clone(),
            };
            (row["function"].clone(), facts)
        })
        .collect()
}
