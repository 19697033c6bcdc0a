//! The lost computer: everything back from the destination alone.

use std::time::Instant;

use resguardo_domain::OperationState;
use resguardo_testkit::SeededRandom;
use resguardo_tests::figure;
use resguardo_tests::shop::Shop;

#[test]
fn p34_every_archive_is_found_and_restorable_from_the_destination_alone() {
    let shop = Shop::new();
    for n in 0..40 {
        shop.write(&format!("folder {}/{n}.txt", n % 5), format!("{n}"));
    }
    let archives = figure(100, 1000);
    for n in 0..archives {
        shop.write("n.txt", format!("{n}"));
        shop.write(&format!("folder {}/{}.txt", n % 5, n % 40), format!("changed by {n}"));
        shop.back_up();
    }
    let before: Vec<_> = shop.snapshots().into_iter().map(|snapshot| snapshot.id).collect();
    let other = Shop::without_plan();
    std::fs::rename(shop.drive(), other.drive()).unwrap();
    drop(shop);
    let started = Instant::now();
    other.engine.add_local_destination(Some("usb"), other.drive().to_str().unwrap(), None).unwrap();
    let report = other.engine.adopt("usb").unwrap();
    let took = started.elapsed();
    println!("{archives} archives found in {took:.1?}");
    assert_eq!((report.found, report.problems.as_slice()), (archives, &[][..]));
    assert_eq!(report.plans, ["shop"]);
    let after: Vec<_> = other.snapshots().into_iter().map(|snapshot| snapshot.id).collect();
    assert_eq!(after, before);
    assert!(took.as_secs() <= 60, "{took:?}");
    let verified = other.verify();
    assert_eq!(verified.state, OperationState::Succeeded, "{verified:?}");
    let random = SeededRandom::new(34);
    let every = if archives <= 100 { 20 } else { 100 };
    for _ in 0..every {
        let n = random.below(archives) as usize;
        let restored = other.restored(after[n].as_str(), "restored");
        assert_eq!(std::fs::read_to_string(restored.join("n.txt")).unwrap(), n.to_string());
        std::fs::remove_dir_all(other.path("restored")).unwrap();
    }
}
