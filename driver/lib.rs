//! ringfence.sys: records file activity through FltMgr.
#![no_std]
#![forbid(unsafe_code)]
