use super::*;

const NEW: &str = r#"
[Version]
Signature = "$Windows NT$" ; a comment with [brackets]
[DefaultInstall.NTarm64.Services]
AddService = Wrong, 0x0, Wrong.Service
[DefaultInstall.NT$ARCH$.Services]
AddService=%ServiceName%,,Filter.Service
[Filter.Service]
ServiceType    = 2
AddReg         = Filter.Values, \
                 Filter.More
[Filter.Values]
HKR,Parameters,SupportedFeatures,0x00010001,0x3
HKR,"Parameters\Instances","DefaultInstance",0x00000000,%Default%
HKR,"Parameters\Instances\"%One.Name%,"Altitude",0x00000000,%One.Altitude%
HKR,"Parameters\Instances\"%One.Name%,"Flags",0x00010001,0x0
[filter.more]
HKR,Parameters,Paths,0x00010000,"C:\a ""quoted""","D:\b"
HKR,Parameters,Blob,1,de,ad
[Strings]
ServiceName = "guard"
Default = "Guard Instance"
One.Name = "Guard Instance"
One.Altitude = "385100.5"
"#;

fn guard() -> Instance {
    Instance {
        name: "Guard Instance".into(),
        altitude: "385100.5".into(),
        flags: 0,
    }
}

#[test]
fn inx_with_arch_token_gives_service_and_instances() {
    let setup = DriverSetup::parse(NEW.as_bytes()).unwrap();
    assert_eq!(
        (setup.service.as_str(), setup.default_instance.as_str()),
        ("guard", "Guard Instance")
    );
    assert_eq!(setup.instances, [guard()]);
}

#[test]
fn parameters_keep_their_types() {
    let setup = DriverSetup::parse(NEW.as_bytes()).unwrap();
    assert_eq!(
        setup.value("parameters", "SUPPORTEDFEATURES"),
        Some(&RegistryData::Dword(3))
    );
    let paths = vec!["C:\\a \"quoted\"".to_owned(), "D:\\b".to_owned()];
    assert_eq!(
        setup.value("Parameters", "Paths"),
        Some(&RegistryData::MultiText(paths))
    );
    assert_eq!(
        setup.value("Parameters", "Blob"),
        Some(&RegistryData::Binary(vec![0xDE, 0xAD]))
    );
}

#[test]
fn older_place_of_instances_is_read_too() {
    let old = NEW
        .replace("Parameters\\Instances", "Instances")
        .replace("NT$ARCH$.", "");
    assert_eq!(
        DriverSetup::parse(old.as_bytes()).unwrap().instances,
        [guard()]
    );
}

#[test]
fn utf16_files_read_the_same_with_and_without_mark() {
    let units: Vec<u16> = NEW.trim_start().encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
    for bytes in [
        little.clone(),
        [&[0xFF, 0xFE][..], &little].concat(),
        [&[0xFE, 0xFF][..], &big].concat(),
    ] {
        assert_eq!(DriverSetup::parse(&bytes).unwrap().instances, [guard()]);
    }
}

#[test]
fn absolute_path_below_the_own_service_counts() {
    let absolute = NEW.replace(
        "HKR,\"Parameters\\Instances",
        "HKLM,\"System\\CurrentControlSet\\Services\\guard\\Parameters\\Instances",
    );
    assert_eq!(
        DriverSetup::parse(absolute.as_bytes()).unwrap().instances,
        [guard()]
    );
}

#[test]
fn each_error_names_its_field() {
    let cases = [
        (
            "Default = \"Guard Instance\"",
            "Default = \"Other\"",
            "DefaultInstance names `Other`",
        ),
        (
            "One.Altitude = \"385100.5\"",
            "One.Altitude = \"high\"",
            "Altitude `high` is no decimal number",
        ),
        ("\"Altitude\"", "\"Height\"", "Altitude is missing"),
        (
            "[filter.more]",
            "[elsewhere]",
            "there is no section [Filter.More]",
        ),
        (
            "[Filter.Service]",
            "[Other.Service]",
            "there is no section [Filter.Service]",
        ),
        (
            ".NT$ARCH$.Services",
            ".NTx86.Services",
            "no section [DefaultInstall.NTamd64.Services]",
        ),
        (
            "AddService=%ServiceName%,,Filter.Service",
            "AddService=",
            "AddService: needs a name",
        ),
        ("[Version]", "[Version", "line 2: section name without `]`"),
        (
            "0x00010001,0x3",
            "0x00010001,three",
            "value `SupportedFeatures`: `three` is no 32-bit number",
        ),
        ("\"D:\\b\"", "\"D:\\b", "quotation mark without its partner"),
    ];
    for (from, to, expected) in cases {
        assert!(NEW.contains(from), "{from}");
        let error = DriverSetup::parse(NEW.replace(from, to).as_bytes()).unwrap_err();
        assert!(error.contains(expected), "{from}: {error}");
    }
}

#[test]
fn a_driver_may_leave_its_instances_to_driverentry() {
    let all = "AddReg         = Filter.Values, \\\n                 Filter.More";
    assert!(NEW.contains(all));
    let setup = DriverSetup::parse(NEW.replace(all, "").as_bytes()).unwrap();
    assert!(setup.instances.is_empty() && setup.values.is_empty());
}

#[test]
fn read_names_the_file() {
    let error = DriverSetup::read(Path::new("missing/none.inf"))
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("missing/none.inf: "), "{error}");
    assert!(!error.contains('\n'));
}

#[test]
fn binary_junk_is_an_error_not_a_panic() {
    for bytes in [
        &b"\x00\x01\x02"[..],
        &[0xFF, 0xFE, 0x41],
        &[0xC3, 0x28],
        b"",
        &[0xFF, 0xFE, 0x00, 0xD8],
    ] {
        assert!(DriverSetup::parse(bytes).is_err());
    }
}

#[test]
fn driver_without_inf_gets_the_default_altitude() {
    let setup = DriverSetup::without_inf("plain");
    assert_eq!(
        instances::collect(&setup.values).unwrap(),
        (setup.default_instance, setup.instances)
    );
}
