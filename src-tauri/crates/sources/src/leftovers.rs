//! Names of our unfinished files, and removing those that a crash left behind.

use std::ops::ControlFlow;
use std::path::Path;

use resguardo_domain::{Context, Error, Result};

use crate::os::{Folder, ListBuffer, NameBuf, Type, raw};

const MARK: &str = ".resguardo-";
const END: &str = ".tmp";
/// What SQLite may have put beside a database that we were copying.
const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// `.<stem>.resguardo-<16 hexadecimal digits>.tmp`.
pub(crate) fn temporary_name(stem: &str, bits: u64) -> String {
    let stem: String = stem.chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    format!(".{stem}{MARK}{bits:016x}{END}")
}

/// Whether only we could have given this name.
pub(crate) fn is_temporary_name(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let name = SIDES.iter().find_map(|side| name.strip_suffix(side)).unwrap_or(name);
    let Some((stem, digits)) = name.strip_suffix(END).and_then(|name| name.rsplit_once(MARK)) else {
        return false;
    };
    stem.starts_with('.')
        && stem[1..].bytes().all(|byte| byte.is_ascii_alphanumeric())
        && digits.len() == 16
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Removes the unfinished files that earlier runs left below `root`, and nothing else: regular files that carry our
/// temporary name and were last changed before `started` (nanoseconds since 1970 UTC). Links are not followed. Returns
/// how many were removed.
///
/// # Errors
/// [`resguardo_domain::Kind::Cancelled`]; a folder or file that can't be touched is passed over.
pub fn remove_leftovers(cx: &Context, root: &Path, started_ns: i64) -> Result<u64> {
    let root = match Folder::open(root) {
        Ok(root) => root,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(Error::io(&error, "remove unfinished files", root.display())),
    };
    let mut removed = 0;
    let mut waiting = vec![Vec::new()];
    let mut buffer = ListBuffer::new();
    while let Some(relative) = waiting.pop() {
        cx.check()?;
        let Ok(folder) = root.open_below(&relative) else { continue };
        let (folders, files) = sort_out(&folder, &mut buffer);
        for name in files {
            let old = folder.stat(&name).is_ok_and(|facts| {
                facts.kind == Type::File && facts.ctime_ns.max(facts.mtime_ns) < started_ns
            });
            if old {
                cx.step("leftovers.remove")?;
                removed += u64::from(folder.unlink(&name).is_ok());
            }
        }
        for name in folders {
            let mut below = relative.clone();
            if !below.is_empty() {
                below.push(b'/');
            }
            below.extend_from_slice(raw(&name));
            waiting.push(below);
        }
    }
    Ok(removed)
}

/// The folders to look into, and the names that are ours.
fn sort_out(folder: &Folder, buffer: &mut ListBuffer) -> (Vec<NameBuf>, Vec<NameBuf>) {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    // What can't be listed to its end is looked at again another day.
    let _ = folder.list(buffer, |name| {
        if is_temporary_name(raw(name)) {
            files.push(name.to_owned());
        } else if folder.stat(name).is_ok_and(|facts| facts.kind == Type::Folder) {
            folders.push(name.to_owned());
        }
        ControlFlow::Continue(())
    });
    (folders, files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_recognised() {
        let ours = temporary_name("informe (2).odt ñ", 0xab);
        assert_eq!(ours, ".informe2odt.resguardo-00000000000000ab.tmp");
        assert!(is_temporary_name(ours.as_bytes()));
        assert!(is_temporary_name(format!("{ours}-wal").as_bytes()));
        for other in [
            "informe.resguardo-00000000000000ab.tmp",
            ".a.resguardo-00000000000000AB.tmp",
            ".a.resguardo-ab.tmp",
            ".a b.resguardo-00000000000000ab.tmp",
            ".a.resguardo-00000000000000ab.tmp.odt",
            ".resguardo-00000000000000ab",
        ] {
            assert!(!is_temporary_name(other.as_bytes()), "{other}");
        }
    }
}
