//! OBJECT_TYPE — the types of the object manager, as drivers get them in exported variables.

/// OBJECT_TYPE — opaque to drivers, which pass its address on and compare it.
#[repr(C, align(16))]
pub struct TypeObject([u64; 32]);

/// A POBJECT_TYPE variable.
#[repr(transparent)]
pub struct TypeVariable(&'static TypeObject);

macro_rules! object_types {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $object:ident, $variable:ident;)*) => {
        /// ObjectType — what an object is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ObjectType { $($(#[$doc])* $kind,)* }

        $(static $object: TypeObject = TypeObject([0; 32]);
        #[doc = concat!("The variable that holds the type `", $name, "`.")]
        pub static $variable: TypeVariable = TypeVariable(&$object);)*

        impl ObjectType {
            /// Its name below `\ObjectTypes`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The POBJECT_TYPE.
            #[must_use]
            pub fn address(self) -> usize {
                let object = match self { $(Self::$kind => $variable.0,)* };
                std::ptr::from_ref(object) as usize
            }

            /// The type that a POBJECT_TYPE stands for.
            #[must_use]
            pub fn at(address: usize) -> Option<Self> {
                [$(Self::$kind,)*].into_iter().find(|kind| kind.address() == address)
            }
        }
    };
}

object_types! {
    /// FILE_OBJECT.
    File = "File", FILE, FILE_TYPE;
    /// EPROCESS.
    Process = "Process", PROCESS, PROCESS_TYPE;
    /// ETHREAD.
    Thread = "Thread", THREAD, THREAD_TYPE;
    /// KEVENT.
    Event = "Event", EVENT, EVENT_TYPE;
    /// KSEMAPHORE.
    Semaphore = "Semaphore", SEMAPHORE, SEMAPHORE_TYPE;
    /// TOKEN.
    Token = "Token", TOKEN, TOKEN_TYPE;
    /// KTRANSACTION.
    Transaction = "TmTx", TRANSACTION, TRANSACTION_TYPE;
    /// DEVICE_OBJECT.
    Device = "Device", DEVICE, DEVICE_TYPE;
    /// DRIVER_OBJECT.
    Driver = "Driver", DRIVER, DRIVER_TYPE;
    /// A registry key.
    Key = "Key", KEY, KEY_TYPE;
    /// A section.
    Section = "Section", SECTION, SECTION_TYPE;
    /// A symbolic link.
    SymbolicLink = "SymbolicLink", SYMBOLIC_LINK, SYMBOLIC_LINK_TYPE;
    /// An object directory.
    Directory = "Directory", DIRECTORY, DIRECTORY_TYPE;
    /// A communication port of the filter manager.
    FilterPort = "FilterConnectionPort", FILTER_PORT, FILTER_PORT_TYPE;
    /// A job, of which there are none here; as of the types below.
    Job = "Job", JOB, JOB_TYPE;
    /// A completion port.
    IoCompletion = "IoCompletion", IO_COMPLETION, IO_COMPLETION_TYPE;
    /// An ALPC port.
    LpcPort = "ALPC Port", LPC_PORT, LPC_PORT_TYPE;
    /// A DMA adapter.
    Adapter = "Adapter", ADAPTER, ADAPTER_TYPE;
    /// A desktop.
    Desktop = "Desktop", DESKTOP, DESKTOP_TYPE;
    /// A window station.
    WindowStation = "WindowStation", WINDOW_STATION, WINDOW_STATION_TYPE;
    /// KENLISTMENT.
    Enlistment = "TmEn", ENLISTMENT, ENLISTMENT_TYPE;
    /// KRESOURCEMANAGER.
    ResourceManager = "TmRm", RESOURCE_MANAGER, RESOURCE_MANAGER_TYPE;
    /// KTM.
    TransactionManager = "TmTm", TRANSACTION_MANAGER, TRANSACTION_MANAGER_TYPE;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_its_address_and_nothing_else_is() {
        assert_ne!(ObjectType::File.address(), ObjectType::Process.address());
        assert_eq!(
            ObjectType::at(ObjectType::Token.address()),
            Some(ObjectType::Token)
        );
        assert_eq!(ObjectType::at(0x10), None);
    }
}
