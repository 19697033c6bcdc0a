//! resguardo-api
