//! resguardo-destinations
