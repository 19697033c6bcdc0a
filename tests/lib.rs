//! Scenario, contract, fault and golden tests of the whole product.
