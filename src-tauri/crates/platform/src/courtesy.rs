//! Work that lets others go first.

/// Lets everything else that wants the processor go before the thread that calls this and before those that it starts from now on:
/// with nobody else at work they are as fast as ever. Where threads don't hand this on to those they start (anywhere but on Linux)
/// nothing changes.
pub fn go_after_others() {
    #[cfg(target_os = "linux")]
    if rustix::process::getpriority_process(None).is_ok_and(|nice| nice < NICE) {
        // Where it is refused, work is done as fast as ever.
        let _ = rustix::process::setpriority_process(None, NICE);
    }
}

/// Of 0 to 19; against a program of nice 0 that wants the processor, it gets a thirtieth of it.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn nice() -> i32 {
        rustix::process::getpriority_process(None).unwrap_or_default()
    }

    #[test]
    fn only_the_thread_that_asks_and_those_it_starts_go_after_others() {
        let before = nice();
        let asked = std::thread::spawn(|| {
            go_after_others();
            (nice(), std::thread::spawn(nice).join().unwrap())
        });
        assert_eq!(asked.join().unwrap(), (NICE, NICE));
        assert_eq!(nice(), before);
    }
}
