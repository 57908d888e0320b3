//! Windows FltMgr and NT kernel declarations, as C spells them.
#![no_std]
