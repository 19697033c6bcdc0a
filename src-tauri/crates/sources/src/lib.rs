//! resguardo-sources
