//! What the computer runs on and is connected to, as far as it costs nothing to ask: a few small files or one system call.
//! Whether a network has a limited amount of data is not asked: what is unknown is not held against it.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(windows)]
mod windows;

/// A look at power and network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Percent of charge while it runs on battery; `None` on mains, and when the system does not say.
    pub battery: Option<u8>,
    /// The network has a limited amount of data; false when the system does not say.
    pub metered: bool,
    /// A network other than the computer's own is up and has an address.
    pub network: bool,
}

impl Surroundings {
    /// How things are now.
    pub fn look() -> Self {
        Self { battery: battery(), metered: false, network: network() }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn battery() -> Option<u8> {
    linux::battery(std::path::Path::new("/sys/class/power_supply"))
}

#[cfg(windows)]
fn battery() -> Option<u8> {
    windows::battery()
}

#[cfg(not(any(target_os = "linux", target_os = "android", windows)))]
fn battery() -> Option<u8> {
    None
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn network() -> bool {
    linux::network(std::path::Path::new("/sys/class/net"), std::path::Path::new("/proc/net"))
}

/// Whether there is a way out of this computer: choosing an address to send from asks the routing table and sends nothing.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn network() -> bool {
    let way =
        |from: &str, to: &str| std::net::UdpSocket::bind(from).and_then(|socket| socket.connect(to)).is_ok();
    // Addresses that are kept for documentation.
    way("0.0.0.0:0", "192.0.2.1:9") || way("[::]:0", "[2001:db8::1]:9")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_takes_no_time_and_makes_sense() {
        let seen = Surroundings::look();
        assert!(seen.battery.is_none_or(|percent| percent <= 100));
    }
}
