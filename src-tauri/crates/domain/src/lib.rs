//! resguardo-domain
