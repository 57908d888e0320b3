//! Comparison of strings without regard to case.

use minifilter::unicode::UnicodeStr;
use proptest::prelude::*;

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (units(one), units(other));
    UnicodeStr::new(&one).eq_ignore_case(UnicodeStr::new(&other))
}

#[test]
fn case_does_not_matter() {
    assert!(equal(
        r"\Device\HarddiskVolume1",
        r"\DEVICE\harddiskvolume1"
    ));
    assert!(equal("straße.ÄÖÜ", "STRAßE.äöü"));
    assert!(equal("ГОРОД", "город"));
}

#[test]
fn what_grows_in_upper_case_stands_for_itself() {
    assert!(!equal("straße", "STRASSE"));
    assert!(equal("ß", "ß"));
}

#[test]
fn other_names_differ() {
    assert!(!equal("a", "b"));
    assert!(!equal("a", "aa"));
    assert!(!equal("[", "{"));
    assert!(!equal("@", "`"));
}

#[test]
fn surrogates_without_partner_are_compared_as_they_are() {
    let (lone, other) = ([0xD800_u16, 0x61], [0xD801_u16, 0x41]);
    assert!(!UnicodeStr::new(&lone).eq_ignore_case(UnicodeStr::new(&other)));
    assert!(UnicodeStr::new(&lone).eq_ignore_case(UnicodeStr::new(&[0xD800, 0x41])));
}

#[test]
fn extensions_are_suffixes() {
    let (name, extension) = (units(r"\a\b.TXT"), units(".txt"));
    let (name, extension) = (UnicodeStr::new(&name), UnicodeStr::new(&extension));
    assert!(name.ends_with_ignore_case(extension));
    assert!(!extension.ends_with_ignore_case(name));
    assert!(!name.starts_with_ignore_case(extension));
}

proptest! {
    #[test]
    fn ascii_compares_as_rust_compares_it(one in "[ -~]{0,8}", other in "[ -~]{0,8}") {
        prop_assert_eq!(equal(&one, &other), one.eq_ignore_ascii_case(&other));
        prop_assert!(equal(&one.to_ascii_lowercase(), &one.to_ascii_uppercase()));
    }

    #[test]
    fn order_and_equality_agree(one: Vec<u16>, other: Vec<u16>) {
        let (one, other) = (UnicodeStr::new(&one), UnicodeStr::new(&other));
        prop_assert_eq!(one.cmp_ignore_case(other).is_eq(), one.eq_ignore_case(other));
        prop_assert_eq!(one.cmp_ignore_case(other), other.cmp_ignore_case(one).reverse());
        prop_assert!(one.eq_ignore_case(one));
    }

    #[test]
    fn parts_are_prefix_and_suffix(head: Vec<u16>, tail: Vec<u16>) {
        let whole = [head.as_slice(), tail.as_slice()].concat();
        let whole = UnicodeStr::new(&whole);
        prop_assert!(whole.starts_with_ignore_case(UnicodeStr::new(&head)));
        prop_assert!(whole.ends_with_ignore_case(UnicodeStr::new(&tail)));
    }
}
