//! drydock run on drivers made for one purpose each.

mod bad_input;
mod driver_file;
mod exceptions;
mod ports;
mod rules;
mod stops;
