//! Power and network from the files of the kernel.

use std::fs;
use std::path::Path;

/// `IFF_UP`, `IFF_LOOPBACK`, `IFF_RUNNING` of `<net/if.h>`.
const UP: u32 = 0x1;
const LOOPBACK: u32 = 0x8;
const RUNNING: u32 = 0x40;

/// Percent of charge of the computer's own battery while it is being emptied.
pub(super) fn battery(supplies: &Path) -> Option<u8> {
    let mut lowest = None;
    for supply in fs::read_dir(supplies).ok()?.flatten() {
        let read = |name: &str| fs::read_to_string(supply.path().join(name)).unwrap_or_default();
        // A mouse or a pen has a battery too.
        if read("scope").trim() == "Device" {
            continue;
        }
        match read("type").trim() {
            "Battery" if read("status").trim() == "Discharging" => {
                let percent = read("capacity").trim().parse::<u8>().unwrap_or(100).min(100);
                lowest = Some(lowest.map_or(percent, |lowest: u8| lowest.min(percent)));
            }
            "Battery" => {}
            // Mains or USB that feeds the computer: what a battery says beside it does not matter.
            _ if read("online").trim() == "1" => return None,
            _ => {}
        }
    }
    lowest
}

/// Whether an interface other than the loopback is up and has an address that leads anywhere.
pub(super) fn network(interfaces: &Path, tables: &Path) -> bool {
    let Ok(all) = fs::read_dir(interfaces) else { return false };
    let routes = fs::read_to_string(tables.join("route")).unwrap_or_default();
    let addresses = fs::read_to_string(tables.join("if_inet6")).unwrap_or_default();
    all.flatten().any(|interface| {
        let name = interface.file_name();
        let Some(name) = name.to_str() else { return false };
        let flags = fs::read_to_string(interface.path().join("flags")).unwrap_or_default();
        let flags = u32::from_str_radix(flags.trim().trim_start_matches("0x"), 16).unwrap_or(0);
        let up = flags & (UP | RUNNING) == UP | RUNNING && flags & LOOPBACK == 0;
        up && (has_route(&routes, name) || has_address(&addresses, name))
    })
}

/// A line of `/proc/net/route` begins with the interface's name; one without an address has no route.
fn has_route(routes: &str, name: &str) -> bool {
    routes.lines().skip(1).any(|line| line.split_whitespace().next() == Some(name))
}

/// A line of `/proc/net/if_inet6`: address, number, length, scope, flags, name. Scope 00 leads anywhere, 20 to the link only.
fn has_address(addresses: &str, name: &str) -> bool {
    addresses.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.get(5) == Some(&name) && words.get(3) == Some(&"00")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn only_a_battery_that_feeds_the_computer_counts() {
        let charged = [("BAT0/type", "Battery\n"), ("BAT0/capacity", "71\n")];
        for (more, expected) in [
            (&[("BAT0/status", "Discharging\n")][..], Some(71)),
            (&[("BAT0/status", "Charging\n")], None),
            (&[("BAT0/status", "Discharging\n"), ("BAT0/scope", "Device\n")], None),
            (&[("BAT0/status", "Discharging\n"), ("AC/type", "Mains\n"), ("AC/online", "1\n")], None),
            (&[("BAT0/status", "Discharging\n"), ("AC/type", "Mains\n"), ("AC/online", "0\n")], Some(71)),
            (
                &[
                    ("BAT0/status", "Discharging\n"),
                    ("BAT1/type", "Battery"),
                    ("BAT1/status", "Discharging"),
                    ("BAT1/capacity", "5"),
                ],
                Some(5),
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &charged);
            write(folder.path(), more);
            assert_eq!(battery(folder.path()), expected, "{more:?}");
        }
        assert_eq!(battery(Path::new("/nowhere")), None);
    }

    #[test]
    fn a_network_is_up_when_an_interface_has_an_address() {
        let route = "Iface\tDestination\tGateway\neth0\t00000000\t0102A8C0\n";
        let global = "20010db8000000000000000000000001 02 40 00 80     eth0\n";
        let link = "fe800000000000000000000000000001 02 40 20 80     eth0\n";
        for (flags, routes, addresses, expected) in [
            ("0x1043\n", route, "", true),
            ("0x1043\n", "Iface\n", global, true),
            ("0x1043\n", "Iface\n", link, false),
            ("0x1003\n", route, "", false),
            ("0x49\n", route, "", false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let files = [("sys/eth0/flags", flags), ("proc/route", routes), ("proc/if_inet6", addresses)];
            write(folder.path(), &files);
            let found = network(&folder.path().join("sys"), &folder.path().join("proc"));
            assert_eq!(found, expected, "{flags} {routes} {addresses}");
        }
    }
}
