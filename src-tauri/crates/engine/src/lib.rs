//! resguardo-engine
