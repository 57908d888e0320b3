//! drydock run on drivers made for one purpose each.

mod bad_drivers;
mod bad_input;
mod callout;
mod device;
mod driver_file;
mod exceptions;
mod guard;
mod ports;
mod races;
mod rules;
mod stack;
mod stops;
