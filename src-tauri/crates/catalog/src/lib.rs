//! resguardo-catalog
