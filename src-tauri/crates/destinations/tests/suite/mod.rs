//! The checks of the contract, written against `&dyn Destination`: what each adapter must do, and nothing of how.

pub(crate) mod general;
pub(crate) mod listing;
pub(crate) mod objects;
pub(crate) mod resuming;
pub(crate) mod uploads;

use std::any::Any;
use std::path::PathBuf;

use resguardo_domain::{Body, Context, Destination, Digest, Kind, ObjectKey, Result, Session};
use resguardo_testkit::{SeededRandom, test_context};
use sha2::Digest as _;

pub(crate) const MIB: usize = 1 << 20;

/// An empty destination and what is needed to try it.
pub(crate) struct Bench {
    pub(crate) cx: Context,
    pub(crate) destination: Box<dyn Destination>,
    /// Opens the same destination again, as after a restart.
    pub(crate) open: Box<dyn Fn() -> Box<dyn Destination>>,
    work: tempfile::TempDir,
    // A server or a folder that must outlive the checks.
    _keep: Box<dyn Any>,
}

impl Bench {
    pub(crate) fn new(keep: impl Any, open: impl Fn() -> Box<dyn Destination> + 'static) -> Self {
        Self {
            cx: test_context(),
            destination: open(),
            open: Box::new(open),
            work: tempfile::tempdir().unwrap(),
            _keep: Box::new(keep),
        }
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        self.destination.put(&self.cx, &key(name), bytes).unwrap();
    }

    pub(crate) fn get(&self, name: &str) -> Vec<u8> {
        self.destination.get(&self.cx, &key(name), None).unwrap()
    }

    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        self.destination.head(&self.cx, &key(name)).unwrap().map(|info| info.size)
    }

    pub(crate) fn delete(&self, name: &str) {
        self.destination.delete(&self.cx, &key(name)).unwrap();
    }

    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let found = self.destination.list(&self.cx, prefix).unwrap();
        found.into_iter().map(|info| info.key.as_str().to_owned()).collect()
    }

    /// A finished file beside the destination.
    pub(crate) fn body(&self, bytes: &[u8]) -> Body {
        let path = self.work.path().join(Digest(sha2::Sha256::digest(bytes).into()).to_string());
        body_at(path, bytes)
    }

    pub(crate) fn upload(&self, name: &str, body: &Body) -> Result<()> {
        self.resume(name, body, Session::default()).map(|_| ())
    }

    /// Uploads from a session on; returns what was acknowledged, one number for each time.
    pub(crate) fn resume(&self, name: &str, body: &Body, session: Session) -> Result<Vec<u64>> {
        let mut seen = Vec::new();
        let mut note = |session: &Session| {
            seen.push(session.acknowledged);
            Ok(())
        };
        self.destination.upload(&self.cx, &key(name), body, session, &mut note)?;
        Ok(seen)
    }

    /// Uploads and stops after the given number of acknowledgements, as by a crash; returns the session that was kept.
    pub(crate) fn interrupt(&self, name: &str, body: &Body, session: Session, after: usize) -> Session {
        let cx = self.cx.fresh();
        let mut last = session.clone();
        let mut count = 0;
        let mut note = |session: &Session| {
            last = session.clone();
            count += 1;
            if count == after {
                cx.cancel_flag().cancel();
            }
            Ok(())
        };
        let error = self.destination.upload(&cx, &key(name), body, session, &mut note).unwrap_err();
        assert_eq!(error.kind, Kind::Cancelled);
        last
    }

    pub(crate) fn assert_empty(&self) {
        assert_eq!(self.names(""), [""; 0]);
    }
}

pub(crate) fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name).unwrap()
}

pub(crate) fn body_at(path: PathBuf, bytes: &[u8]) -> Body {
    std::fs::write(&path, bytes).unwrap();
    Body { path, size: bytes.len() as u64, sha256: Digest(sha2::Sha256::digest(bytes).into()) }
}

pub(crate) fn noise(seed: u64, count: usize) -> Vec<u8> {
    SeededRandom::new(seed).bytes(count)
}

/// Makes one test of each check: `contract!(name_of_the_module, function_that_makes_a_bench)`.
macro_rules! contract {
    ($module:ident, $bench:path) => {
        $crate::suite::contract! { @tests $module, $bench,
            general: [
                a_fresh_destination_is_usable, it_says_what_it_is, room_makes_sense, cancelled_work_does_nothing,
                the_connection_test_passes_and_leaves_nothing, the_connection_test_sees_a_fault_at_every_step,
                errors_do_not_depend_on_order, many_threads_at_once,
            ],
            objects: [
                a_small_object_comes_back, an_empty_object_is_an_object, every_byte_value_comes_back,
                sizes_around_borders_come_back, a_large_object_comes_back, put_replaces_whole,
                put_is_visible_at_once, readers_never_see_half_of_a_put, a_fault_in_put_leaves_old_or_new,
                absence_is_none, reading_nothing_is_not_found, deleting_nothing_succeeds,
                a_deleted_object_is_gone_at_once, deleting_leaves_the_neighbours, a_deleted_name_can_be_used_again,
                a_fault_in_delete_leaves_whole_or_nothing, thirty_random_ranges, ranges_at_the_borders,
                ranges_past_the_end_fail, a_folder_is_not_an_object, odd_names_come_back, deep_names_come_back,
                long_names_come_back, names_that_leave_the_root_are_refused,
            ],
            listing: [
                an_empty_destination_lists_nothing, a_listing_is_sorted_and_complete, a_listing_tells_sizes,
                a_prefix_ends_at_its_border, a_prefix_of_nothing_lists_nothing, a_prefix_that_is_none_is_refused,
                a_listing_goes_down_every_folder, a_listing_follows_every_change,
            ],
            uploads: [
                an_uploaded_object_comes_back, an_empty_body_becomes_an_empty_object, a_body_outside_stays,
                nothing_is_visible_before_the_end, progress_grows_in_small_steps, the_same_object_counts_as_sent,
                another_object_of_that_name_is_kept, a_body_of_another_size_is_refused,
                a_body_with_another_hash_is_refused, a_missing_body_is_an_error, a_body_that_shrinks_is_noticed,
                a_staged_body_is_moved, a_staged_body_of_another_size_is_refused,
                a_staged_body_never_overwrites, two_uploads_at_once, a_deleted_object_can_be_sent_again,
            ],
            resuming: [
                cancelling_leaves_nothing_visible, an_interrupted_upload_goes_on, a_restart_goes_on,
                cut_after_every_step_and_resumed, a_session_that_promises_too_much_does_no_harm,
                a_session_of_other_bytes_does_no_harm, a_failing_book_keeper_stops_the_upload,
                p20_a_fault_at_every_step_shows_nothing_half_and_can_be_repeated,
                p20_a_hundred_cuts_send_at_most_one_step_again,
            ],
        }
    };
    (@tests $module:ident, $bench:path, $($part:ident: [$($check:ident),* $(,)?],)*) => {
        mod $module {
            $($(#[test] fn $check() { $crate::suite::$part::$check(&$bench()); })*)*
        }
    };
}
pub(crate) use contract;
