//! resguardo-testkit
