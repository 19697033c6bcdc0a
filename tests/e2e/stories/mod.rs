//! What happens to somebody who uses the program.

mod clock;
mod owner;
mod page;
mod policy;
