//! resguardo-codec
