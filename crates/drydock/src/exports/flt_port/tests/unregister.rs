//! FltUnregisterFilter with ports.

use super::*;

/// The rules that FltUnregisterFilter breaks, and whether it returns.
fn unregister(driver: &Driver) -> (Vec<String>, bool) {
    let mut returns = false;
    let found = violations_of("FltUnregisterFilter", || {
        in_call("FltUnregisterFilter", || {
            returns = driver.fixture.filter.unregister()
        });
    });
    (found, returns)
}

#[test]
fn fltunregisterfilter_waits_for_an_open_server_port() {
    let mut driver = Driver::new(&GOOD);
    let outcome = unregister(&driver);
    assert_eq!(
        outcome,
        (vec!["F18 port open at unregister".to_owned()], false)
    );
    driver.server = 0; // went with the filter
}

#[test]
fn fltunregisterfilter_disconnects_clients() {
    let mut driver = Driver::new(&GOOD);
    let connection = connected();
    driver.close();
    assert_eq!(unregister(&driver), (vec![], true));
    assert_eq!(DISCONNECTS.load(Ordering::SeqCst), 1);
    assert_eq!(connection.get(100, None), Err(STATUS_PORT_DISCONNECTED));
    drop(connection);
    assert_eq!(DISCONNECTS.load(Ordering::SeqCst), 1);
}

#[test]
fn a_client_port_that_the_driver_never_closes_is_reported() {
    let mut driver = Driver::new(&GOOD);
    KEEPS_CLIENT.store(1, Ordering::SeqCst);
    drop(connected());
    driver.close();
    assert_eq!(
        unregister(&driver),
        (vec!["F18 port open at unregister".to_owned()], true)
    );
}
