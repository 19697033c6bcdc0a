//! Who is trusted: the system's authorities and those the owner named for servers of their own.

use std::sync::Arc;

use resguardo_domain::{Error, Result};
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// A client that verifies certificate and host name.
pub(crate) fn client(extra_roots: &[String]) -> Result<ClientConfig> {
    let failed = |cause: rustls::Error| Error::internal("prepare TLS").because(cause);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = if extra_roots.is_empty() {
        Verifier::new(Arc::clone(&provider))
    } else {
        Verifier::new_with_extra_roots(roots(extra_roots)?, Arc::clone(&provider))
    };
    let verifier = Arc::new(verifier.map_err(failed)?);
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions
        .map_err(failed)?
        .dangerous() // The name rustls gives to any verifier but its own; this one is the system's.
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// The certificates in PEM texts; each text must have at least one.
pub(crate) fn roots(texts: &[String]) -> Result<Vec<CertificateDer<'static>>> {
    let refused = || Error::invalid("extra_roots", "", "not a certificate in PEM");
    let mut found = Vec::new();
    for text in texts {
        let before = found.len();
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            found.push(certificate.map_err(|_| refused())?);
        }
        if found.len() == before {
            return Err(refused());
        }
    }
    Ok(found)
}
