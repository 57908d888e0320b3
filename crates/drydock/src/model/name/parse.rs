//! FltParseFileNameInformation, FltParseFileName — the parts of a name.

use minifilter_sys::{NTSTATUS, PFLT_FILE_NAME_INFORMATION, STATUS_INVALID_PARAMETER};

use super::cache;

const SEPARATOR: u16 = b'\\' as u16;
const COLON: u16 = b':' as u16;
const POINT: u16 = b'.' as u16;

/// Where the parts of a name are, as ranges of its characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// From the separator after the volume to the last one, both included.
    pub parent: std::ops::Range<usize>,
    /// The last component without stream.
    pub final_component: std::ops::Range<usize>,
    /// What follows the last point of the final component.
    pub extension: std::ops::Range<usize>,
    /// From the first colon of the last component, included.
    pub stream: std::ops::Range<usize>,
}

/// Finds the parts of a name whose volume ends at `volume`.
pub fn parse(name: &[u16], volume: usize) -> Parts {
    let end = name.len();
    let after_parent = name[volume..]
        .iter()
        .rposition(|unit| *unit == SEPARATOR)
        .map_or(volume, |at| volume + at + 1);
    let stream = name[after_parent..]
        .iter()
        .position(|unit| *unit == COLON)
        .map_or(end, |at| after_parent + at);
    let last = &name[after_parent..stream];
    let extension = last
        .iter()
        .rposition(|unit| *unit == POINT)
        .map_or(stream, |at| after_parent + at + 1);
    Parts {
        parent: volume..after_parent,
        final_component: after_parent..stream,
        extension: extension..stream,
        stream: stream..end,
    }
}

/// FltParseFileNameInformation — fills in the parts.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for something that is no name information.
pub fn parse_information(information: PFLT_FILE_NAME_INFORMATION) -> Result<(), NTSTATUS> {
    cache::with_block(information, |block| block.parse()).ok_or(STATUS_INVALID_PARAMETER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str, volume: usize) -> [String; 4] {
        let units: Vec<u16> = name.encode_utf16().collect();
        let parts = parse(&units, volume);
        [
            parts.parent,
            parts.final_component,
            parts.extension,
            parts.stream,
        ]
        .map(|range| String::from_utf16_lossy(&units[range]))
    }

    #[test]
    fn a_name_falls_into_its_parts() {
        assert_eq!(
            parts(r"\V\a\b.c\file.tar.gz:s:$DATA", 2),
            [r"\a\b.c\", "file.tar.gz", "gz", ":s:$DATA"]
        );
        assert_eq!(parts(r"\V\file", 2), [r"\", "file", "", ""]);
        assert_eq!(parts(r"\V\", 2), [r"\", "", "", ""]);
        assert_eq!(parts(r"\V", 2), ["", "", "", ""]);
        assert_eq!(parts(r"\V\a.b\file", 2), [r"\a.b\", "file", "", ""]);
    }
}
