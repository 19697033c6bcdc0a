//! resguardo-platform
