//! Names of users and groups, from the system's two text files, read once.

use std::collections::BTreeMap;

/// The names this computer knows; accounts of a directory service are missing, so their numbers stand alone.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
}

impl Owners {
    /// Reads them; what can't be read is empty.
    pub(crate) fn read() -> Self {
        let table = |path| std::fs::read(path).map(|text| parse(&text)).unwrap_or_default();
        if cfg!(unix) {
            Self { users: table("/etc/passwd"), groups: table("/etc/group") }
        } else {
            Self::default()
        }
    }

    /// The names of those users and groups that have one.
    pub(crate) fn named(
        &self,
        met: impl Iterator<Item = (u32, u32)>,
    ) -> (BTreeMap<u32, String>, BTreeMap<u32, String>) {
        let (mut users, mut groups) = (BTreeMap::new(), BTreeMap::new());
        for (uid, gid) in met {
            users.extend(self.users.get(&uid).map(|name| (uid, name.clone())));
            groups.extend(self.groups.get(&gid).map(|name| (gid, name.clone())));
        }
        (users, groups)
    }

    /// The number of a user on this computer: by name where the name is known, as numbers differ between computers.
    pub(crate) fn user(&self, name: Option<&str>, number: u32) -> u32 {
        lookup(&self.users, name).unwrap_or(number)
    }

    /// The number of a group on this computer.
    pub(crate) fn group(&self, name: Option<&str>, number: u32) -> u32 {
        lookup(&self.groups, name).unwrap_or(number)
    }
}

fn lookup(table: &BTreeMap<u32, String>, name: Option<&str>) -> Option<u32> {
    let name = name?;
    table.iter().find(|(_, known)| *known == name).map(|(&number, _)| number)
}

/// Lines of `name:password:number:…`; the first name of a number counts.
fn parse(text: &[u8]) -> BTreeMap<u32, String> {
    let mut table = BTreeMap::new();
    for line in String::from_utf8_lossy(text).lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split(':');
        if let (Some(name), Some(_), Some(Ok(number))) =
            (fields.next(), fields.next(), fields.next().map(str::parse))
        {
            table.entry(number).or_insert_with(|| name.to_owned());
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_number_and_back() {
        let users =
            parse(b"root:x:0:0::/root:/bin/sh\n# no\nana:x:1000:1000::/:/bin/sh\ntoor:x:0:0::\nbroken\n");
        let owners = Owners { users, groups: BTreeMap::new() };
        assert_eq!(owners.named([(0, 0), (1000, 0), (7, 7)].into_iter()).0.len(), 2);
        assert_eq!(owners.user(Some("ana"), 500), 1000);
        assert_eq!(owners.user(Some("eva"), 500), 500);
        assert_eq!(owners.user(Some("root"), 9), 0);
    }
}
