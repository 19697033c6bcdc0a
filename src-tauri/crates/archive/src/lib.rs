//! resguardo-archive
