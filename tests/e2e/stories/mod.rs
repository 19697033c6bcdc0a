//! What happens to somebody who uses the program.

mod clock;
mod page;
