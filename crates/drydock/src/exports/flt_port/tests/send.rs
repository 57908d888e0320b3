//! FltSendMessage.

use super::*;
use crate::model::time;

#[test]
fn fltsendmessage_without_a_program_is_disconnected() {
    let driver = Driver::new(&GOOD);
    assert_eq!(driver.send(b"x", None, Some(1)).0, STATUS_PORT_DISCONNECTED);
}

#[test]
fn fltsendmessage_checks_its_arguments() {
    let driver = Driver::new(&GOOD);
    let _connection = connected();
    let (filter, port) = (driver.fixture.filter.handle(), &raw const CLIENT as usize);
    let mut reply = [0_u8; 4];
    let timeout = || In::none();
    let (nothing, no_length) = (std::ptr::null(), null_mut());
    // SAFETY: buffers have their lengths or are null.
    let status =
        unsafe { FltSendMessage(filter, port, nothing, 4, null_mut(), no_length, timeout()) };
    assert_eq!(status, STATUS_INVALID_PARAMETER);
    // SAFETY: as above.
    let status = unsafe {
        FltSendMessage(
            filter,
            port,
            b"abcd".as_ptr(),
            4,
            reply.as_mut_ptr(),
            no_length,
            timeout(),
        )
    };
    assert_eq!(status, STATUS_INVALID_PARAMETER);
}

#[test]
fn fltsendmessage_times_out_and_the_message_is_gone() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    let begun = time::running(); // no host has to wait while all of the kernel does
    assert_eq!(driver.send(b"x", None, Some(20)).0, STATUS_TIMEOUT);
    assert!(time::running() - begun >= Duration::from_millis(20));
    let none = connection.get(100, Some(Duration::from_millis(5)));
    assert_eq!(none, Err(STATUS_TIMEOUT));
}

#[test]
fn fltsendmessage_is_delivered_with_a_header_and_answered_by_its_id() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    std::thread::scope(|scope| {
        let program = scope.spawn(|| {
            let got = connection.get(100, None).expect("a message");
            assert_eq!(
                (&got[..4], &got[16..]),
                (&20_u32.to_le_bytes()[..], &b"ask"[..])
            );
            let mut wrong = reply(&got, 0, b"");
            wrong[8] ^= 0xff;
            assert_eq!(
                connection.reply(&wrong),
                Err(STATUS_FLT_NO_WAITER_FOR_REPLY)
            );
            assert_eq!(
                connection.reply(&wrong[..15]),
                Err(STATUS_INVALID_PARAMETER)
            );
            let answer = reply(&got, STATUS_SUCCESS, b"yes");
            assert_eq!(connection.reply(&answer), Ok(()));
            assert_eq!(
                connection.reply(&answer),
                Err(STATUS_FLT_NO_WAITER_FOR_REPLY)
            );
        });
        assert_eq!(
            driver.send(b"ask", Some(4), None),
            (STATUS_SUCCESS, b"yes".to_vec())
        );
        assert!(program.join().is_ok());
    });
}

#[test]
fn a_reply_longer_than_its_room_overflows_and_its_status_comes_through_otherwise() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (status, data) in [
                (STATUS_SUCCESS, &b"too long"[..]),
                (STATUS_ACCESS_DENIED, b"no"),
            ] {
                let got = connection.get(100, None).expect("a message");
                assert_eq!(connection.reply(&reply(&got, status, data)), Ok(()));
            }
        });
        assert_eq!(
            driver.send(b"1", Some(3), None),
            (STATUS_BUFFER_OVERFLOW, b"too".to_vec())
        );
        assert_eq!(
            driver.send(b"2", Some(3), Some(0)),
            (STATUS_ACCESS_DENIED, b"no".to_vec())
        );
    });
}

#[test]
fn a_program_without_room_is_told_and_the_message_waits() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    assert_eq!(connection.get(8, None), Err(STATUS_INVALID_PARAMETER));
    std::thread::scope(|scope| {
        let program = scope.spawn(|| {
            assert_eq!(connection.get(17, None), Err(STATUS_BUFFER_TOO_SMALL));
            connection
                .get(64, None)
                .expect("the message is still there")
        });
        assert_eq!(driver.send(b"long message", None, None).0, STATUS_SUCCESS);
        assert_eq!(&program.join().expect("no panic")[16..], b"long message");
    });
}

#[test]
fn a_program_that_goes_wakes_fltsendmessage() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let _got = connection.get(100, None);
            drop(connection);
        });
        assert_eq!(
            driver.send(b"ask", Some(4), None).0,
            STATUS_PORT_DISCONNECTED
        );
    });
    assert_eq!(DISCONNECTS.load(Ordering::SeqCst), 1);
}
