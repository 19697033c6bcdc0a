//! Any bytes as a manifest, and any bytes under a checksum that fits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resguardo_archive::{manifest_digest, manifest_to_bytes, parse_manifest};

fuzz_target!(|bytes: &[u8]| {
    let _ = parse_manifest(bytes);
    if let Ok(body) = std::str::from_utf8(bytes) {
        let digest = manifest_digest(bytes);
        let sealed = format!("{body},\n  \"self_sha256\": \"{digest}\"\n}}\n");
        if let Ok(manifest) = parse_manifest(sealed.as_bytes()) {
            let again = manifest_to_bytes(&manifest).unwrap();
            assert_eq!(parse_manifest(&again).unwrap(), manifest);
        }
    }
});
