//! The program is killed at every step of the tick that serves a due time: the next start serves it, once.

use std::collections::BTreeSet;

use resguardo_tests::due::DueStage;
use resguardo_tests::figure;
use resguardo_tests::stage::sample;

use crate::DRIVER;

#[test]
fn p25_an_agent_that_dies_at_any_step_serves_its_due_time_after_the_next_start_and_only_once() {
    let stage = DueStage::new();
    let names = stage.steps();
    let claim = names.iter().position(|name| *name == "catalog apply tick").expect("a claim") as u64 + 1;
    let mut steps = sample(&names, figure(9, 1));
    // Just before, in and after the claim.
    steps.extend(claim..claim + 4);
    steps.sort_unstable();
    steps.dedup();
    let (mut died, mut seen) = (0, BTreeSet::new());
    for &n in &steps {
        stage.reset();
        died += usize::from(!stage.driver(DRIVER, n).success());
        let name = names[n as usize - 1];
        seen.insert(name);
        stage.check(&format!("dead at step {n} ({name})"));
    }
    assert!(died * 10 >= steps.len() * 9, "{died} of {} died", steps.len());
    println!("died at {died} of {} steps, {} kinds", names.len(), seen.len());
}
