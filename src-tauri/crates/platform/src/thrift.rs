//! What a program that stays all day can do without.
#![allow(unsafe_code, reason = "the calls have no safe form")]

/// Draws without the graphics card, unless the variable `GDK_GL` says otherwise. A window of ours is text and boxes, which the
/// processor draws as fast; the card's libraries would take longer to load than the window to open, and tens of megabytes in each
/// program, and some cards' drivers are known to leave web views empty.
///
/// To be called before anything is drawn and before a second thread is there.
pub fn draw_plainly() {
    #[cfg(target_os = "linux")]
    if std::env::var_os("GDK_GL").is_none() {
        // SAFETY: there is no other thread that could read the environment meanwhile.
        unsafe { std::env::set_var("GDK_GL", "disable") };
    }
}

/// Gives the pages back that were read to put the libraries in their places: tens of megabytes with those of a web view, of which a
/// program beside the clock uses few. What is needed again comes back from the file by itself.
///
/// To be called before a second thread is there.
pub fn give_back_what_loading_took() {
    #[cfg(target_os = "linux")]
    linux::give_back();
}

/// Gives memory back that an operation took and freed.
pub fn give_back_what_is_free() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it takes nothing that is in use, and may be called at any time from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ops::Range;

    use rustix::mm::{Advice, madvise};

    pub(super) fn give_back() {
        // A system that does not tell what is mapped gets nothing back.
        let mapped = std::fs::read_to_string("/proc/self/smaps").unwrap_or_default();
        for range in untouched(&mapped) {
            // SAFETY: the range is mapped from a file, can't be written and holds nothing but what is in the file; while there is
            // no other thread that stays so. The next look at it reads it from the file again.
            let _ = unsafe { madvise(range.start as *mut _, range.len(), Advice::LinuxDontNeed) };
        }
    }

    /// What is mapped from files and is exactly as it is there.
    pub(super) fn untouched(mapped: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut candidate = None;
        for line in mapped.lines() {
            if let Some(range) = mapping(line) {
                candidate = range;
            } else if line.starts_with("Anonymous:") {
                found.extend(candidate.take().filter(|_| line.split_whitespace().nth(1) == Some("0")));
            }
        }
        found
    }

    /// The head of a mapping; with its range when it is a file's and can't be written.
    fn mapping(line: &str) -> Option<Option<Range<usize>>> {
        let mut parts = line.split_whitespace();
        let (start, end) = parts.next()?.split_once('-')?;
        let at = |text| usize::from_str_radix(text, 16).ok();
        let range = at(start)?..at(end)?;
        let is_read_only = parts.next()?.starts_with("r-");
        let is_file = parts.nth(3).is_some_and(|path| path.starts_with('/'));
        Some((is_read_only && is_file).then_some(range))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    const MAPPED: &str = "\
7f00-7f10 r--p 00000000 08:01 11   /usr/lib/liba.so.1
Pss:                  64 kB
Anonymous:             0 kB
7f10-7f20 r--p 00010000 08:01 11   /usr/lib/liba.so.1
Anonymous:             4 kB
7f20-7f30 r-xp 00020000 08:01 11   /usr/lib/liba.so.1
Anonymous:             0 kB
7f30-7f40 rw-p 00030000 08:01 11   /usr/lib/liba.so.1
Anonymous:             0 kB
7f40-7f50 r--p 00000000 00:00 0
Anonymous:             0 kB
7f50-7f60 r-xp 00000000 00:00 0    [vdso]
Anonymous:             0 kB
";

    #[test]
    fn only_what_is_exactly_as_in_its_file_is_given_back() {
        assert_eq!(super::linux::untouched(MAPPED), [0x7f00..0x7f10, 0x7f20..0x7f30]);
    }

    #[test]
    fn a_program_goes_on_after_it_gave_back_what_it_took() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "thrift::tests::given_back_and_used_again", "--test-threads=1"])
            .env("GIVE_BACK", "yes")
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// In a program of its own: the one of the tests has other threads.
    #[test]
    fn given_back_and_used_again() {
        if std::env::var_os("GIVE_BACK").is_some() {
            super::give_back_what_loading_took();
        }
        super::give_back_what_is_free();
        assert_eq!(format!("{:?}", "ñ".repeat(3).chars().rev().collect::<String>()), "\"ñññ\"");
    }
}
