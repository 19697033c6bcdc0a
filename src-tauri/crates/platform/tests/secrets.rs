//! Secrets with a real key store (gnome-keyring on a bus of its own), with none, and with one that is locked.
//!
//! Each story runs in a child with a session bus of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use resguardo_domain::{Kind, Protection, Secret, SecretKey, SecretStore as _, SecretsState};
use resguardo_platform::{Home, Secrets};
use resguardo_testkit::desk::{Desk, in_child, on};
use resguardo_testkit::test_context;

const CANARY: &str = "canary-4f0c1e77";

fn key() -> SecretKey {
    SecretKey::new("destination", "nas")
}

fn new_home(folder: &Path) -> (Home, Secrets) {
    let home = Home::at(folder.join("home"));
    home.create(&test_context()).unwrap();
    let secrets = Secrets::of(&home);
    (home, secrets)
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// All bytes of the home, as text.
fn everything_in(home: &Home) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(home.root()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
    {
        text.push_str(&String::from_utf8_lossy(&fs::read(entry.path()).unwrap()));
    }
    text
}

#[test]
fn secrets_survive_in_a_real_key_store() {
    in_child("secrets_survive_in_a_real_key_store", Desk::Unlocked, |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        assert_eq!(secrets.get(&cx, &key()).unwrap(), None);
        secrets.set(&cx, &key(), &Secret::new(CANARY)).unwrap();
        secrets.set(&cx, &SecretKey::new("channel", "nas"), &Secret::new([0, 255, 10])).unwrap();
        let again = Secrets::of(&home);
        assert_eq!(again.get(&cx, &key()).unwrap().unwrap().expose_text().unwrap(), CANARY);
        assert_eq!(
            again.get(&cx, &SecretKey::new("channel", "nas")).unwrap().unwrap().expose(),
            [0, 255, 10]
        );
        let status = again.status(&cx).unwrap();
        assert_eq!((status.protection, status.state), (Protection::KeyStore, SecretsState::Ready));
        assert_eq!(mode_of(&home.secrets()), 0o600);
        assert!(!home.secrets_key().exists());
        assert!(!everything_in(&home).contains(CANARY));
        again.delete(&cx, &key()).unwrap();
        again.delete(&cx, &key()).unwrap();
        assert_eq!(secrets.get(&cx, &key()).unwrap(), None);
    });
}

#[test]
fn more_than_windows_would_take_fits() {
    in_child("more_than_windows_would_take_fits", Desk::Unlocked, |folder| {
        let (_, secrets) = new_home(folder);
        let long = Secret::new(vec![b'x'; 100_000]);
        secrets.set(&test_context(), &key(), &long).unwrap();
        assert_eq!(secrets.get(&test_context(), &key()).unwrap(), Some(long));
    });
}

#[test]
fn without_any_key_store_the_key_lies_in_a_file_and_the_status_says_so() {
    in_child(
        "without_any_key_store_the_key_lies_in_a_file_and_the_status_says_so",
        Desk::NoServices,
        unprotected_story,
    );
}

#[test]
fn without_a_session_bus_it_is_the_same() {
    in_child("without_a_session_bus_it_is_the_same", Desk::NoBus, unprotected_story);
}

fn unprotected_story(folder: &Path) {
    let (home, secrets) = new_home(folder);
    let cx = test_context();
    let before = secrets.status(&cx).unwrap();
    assert_eq!((before.protection, before.state), (Protection::UnprotectedFile, SecretsState::Ready));
    assert!(before.detail.is_some());
    secrets.set(&cx, &key(), &Secret::new(CANARY)).unwrap();
    assert_eq!(secrets.get(&cx, &key()).unwrap().unwrap().expose_text().unwrap(), CANARY);
    let status = secrets.status(&cx).unwrap();
    assert_eq!((status.protection, status.state), (Protection::UnprotectedFile, SecretsState::Ready));
    assert_eq!((mode_of(&home.secrets()), mode_of(&home.secrets_key())), (0o600, 0o600));
    let error = secrets.protect(&cx).unwrap_err();
    assert_eq!((error.kind, error.get("key_store")), (Kind::KeyStoreLocked, Some("absent")));
    assert_eq!(secrets.get(&cx, &key()).unwrap().unwrap().expose_text().unwrap(), CANARY);
}

#[test]
fn a_key_store_that_appears_later_takes_the_key_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a_key_store_that_appears_later_takes_the_key_when_asked";
    on(Desk::NoServices, folder.path(), name, "keep", |folder| {
        new_home(folder).1.set(&test_context(), &key(), &Secret::new(CANARY)).unwrap();
    });
    on(Desk::Unlocked, folder.path(), name, "protect", |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        assert_eq!(secrets.status(&cx).unwrap().protection, Protection::UnprotectedFile);
        secrets.protect(&cx).unwrap();
        secrets.protect(&cx).unwrap();
        assert!(!home.secrets_key().exists());
        assert_eq!(secrets.status(&cx).unwrap().protection, Protection::KeyStore);
        assert_eq!(secrets.get(&cx, &key()).unwrap().unwrap().expose_text().unwrap(), CANARY);
    });
}

#[test]
fn a_key_store_that_is_gone_later_is_an_error_and_never_a_reason_to_fall_back() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a_key_store_that_is_gone_later_is_an_error_and_never_a_reason_to_fall_back";
    on(Desk::Unlocked, folder.path(), name, "keep", |folder| {
        new_home(folder).1.set(&test_context(), &key(), &Secret::new(CANARY)).unwrap();
    });
    on(Desk::NoServices, folder.path(), name, "gone", |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        let before = fs::read(home.secrets()).unwrap();
        for error in [
            secrets.get(&cx, &key()).unwrap_err(),
            secrets.set(&cx, &key(), &Secret::new("new")).unwrap_err(),
            secrets.delete(&cx, &key()).unwrap_err(),
        ] {
            assert_eq!((error.kind, error.get("key_store")), (Kind::KeyStoreLocked, Some("absent")));
        }
        assert_eq!(secrets.status(&cx).unwrap().state, SecretsState::Absent);
        assert_eq!(fs::read(home.secrets()).unwrap(), before);
        assert!(!home.secrets_key().exists());
    });
    on(Desk::Locked, folder.path(), name, "locked", |folder| {
        let (_, secrets) = new_home(folder);
        let cx = test_context();
        let error = secrets.get(&cx, &key()).unwrap_err();
        assert_eq!((error.kind, error.get("key_store")), (Kind::KeyStoreLocked, Some("locked")));
        let status = secrets.status(&cx).unwrap();
        assert_eq!((status.protection, status.state), (Protection::KeyStore, SecretsState::Locked));
        // Nobody is there to answer the dialog.
        let error = secrets.unlock(&cx, Duration::from_secs(20)).unwrap_err();
        assert_eq!(error.kind, Kind::KeyStoreLocked);
    });
    on(Desk::Unlocked, folder.path(), name, "back", |folder| {
        let secrets = new_home(folder).1;
        let secret = secrets.get(&test_context(), &key()).unwrap().unwrap();
        assert_eq!(secret.expose_text().unwrap(), CANARY);
        secrets.unlock(&test_context(), Duration::from_secs(20)).unwrap();
    });
}

#[test]
fn the_first_secret_waits_for_a_locked_key_store_instead_of_lying_open() {
    let folder = tempfile::tempdir().unwrap();
    let name = "the_first_secret_waits_for_a_locked_key_store_instead_of_lying_open";
    // Makes the collection that the next one finds locked.
    on(Desk::Unlocked, folder.path(), name, "collection", |folder| {
        new_home(&folder.join("other")).1.set(&test_context(), &key(), &Secret::new("x")).unwrap();
    });
    on(Desk::Locked, folder.path(), name, "locked", |folder| {
        let (home, secrets) = new_home(folder);
        let error = secrets.set(&test_context(), &key(), &Secret::new(CANARY)).unwrap_err();
        assert_eq!((error.kind, error.get("key_store")), (Kind::KeyStoreLocked, Some("locked")));
        assert!(!error.to_string().contains(CANARY));
        assert!(!home.secrets().exists() && !home.secrets_key().exists());
    });
}

#[test]
fn a_key_store_that_never_answers_is_left_after_a_while_or_when_cancelled() {
    in_child(
        "a_key_store_that_never_answers_is_left_after_a_while_or_when_cancelled",
        Desk::Silent,
        |folder| {
            let (home, secrets) = new_home(folder);
            let cx = test_context();
            let flag = cx.cancel_flag().clone();
            let stop = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                flag.cancel();
            });
            let error = secrets.set(&cx, &key(), &Secret::new(CANARY)).unwrap_err();
            stop.join().unwrap();
            assert_eq!(error.kind, Kind::Cancelled);
            let error = secrets.set(&test_context(), &key(), &Secret::new(CANARY)).unwrap_err();
            assert_eq!(
                (error.kind, error.cause.as_deref()),
                (Kind::KeyStoreLocked, Some("it does not answer"))
            );
            assert!(!home.secrets().exists() && !home.secrets_key().exists());
        },
    );
}

#[test]
fn a_damaged_file_is_named_kept_and_can_be_put_aside() {
    in_child("a_damaged_file_is_named_kept_and_can_be_put_aside", Desk::NoServices, |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        assert_eq!(secrets.set_aside(&cx).unwrap(), None);
        secrets.set(&cx, &key(), &Secret::new(CANARY)).unwrap();
        let whole = fs::read(home.secrets()).unwrap();
        let mut half = whole.clone();
        half.truncate(whole.len() / 2);
        let zeros = vec![0; whole.len()];
        for damaged in [Vec::new(), half, zeros] {
            fs::write(home.secrets(), &damaged).unwrap();
            for error in [
                secrets.get(&cx, &key()).unwrap_err(),
                secrets.set(&cx, &key(), &Secret::new("new")).unwrap_err(),
                secrets.delete(&cx, &key()).unwrap_err(),
            ] {
                assert_eq!(error.kind, Kind::SecretsDamaged);
                assert_eq!(error.get("path"), home.secrets().to_str());
            }
            assert_eq!(secrets.status(&cx).unwrap().state, SecretsState::Damaged);
            assert_eq!(fs::read(home.secrets()).unwrap(), damaged);
        }
        let aside = secrets.set_aside(&cx).unwrap().unwrap();
        assert_eq!(fs::read(&aside).unwrap().len(), whole.len());
        assert_eq!(secrets.get(&cx, &key()).unwrap(), None);
        secrets.set(&cx, &key(), &Secret::new("entered again")).unwrap();
        assert_eq!(secrets.get(&cx, &key()).unwrap().unwrap().expose_text().unwrap(), "entered again");
    });
}

#[test]
fn a_lost_key_is_said_and_the_file_is_kept() {
    in_child("a_lost_key_is_said_and_the_file_is_kept", Desk::NoServices, |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        secrets.set(&cx, &key(), &Secret::new(CANARY)).unwrap();
        let before = fs::read(home.secrets()).unwrap();
        fs::remove_file(home.secrets_key()).unwrap();
        let error = secrets.set(&cx, &key(), &Secret::new("new")).unwrap_err();
        assert_eq!((error.kind, error.get("path")), (Kind::SecretsDamaged, home.secrets().to_str()));
        assert_eq!(fs::read(home.secrets()).unwrap(), before);
    });
}

#[test]
fn nothing_that_is_shown_has_the_secret_in_it() {
    in_child("nothing_that_is_shown_has_the_secret_in_it", Desk::NoServices, |folder| {
        let (home, secrets) = new_home(folder);
        let cx = test_context();
        let secret = Secret::new(CANARY);
        secrets.set(&cx, &key(), &secret).unwrap();
        let mut shown = format!("{secret:?} {secrets:?} {:?}", secrets.get(&cx, &key()).unwrap());
        shown += &format!("{:?}", secrets.status(&cx).unwrap());
        fs::write(home.secrets(), fs::read(home.secrets()).unwrap().repeat(2)).unwrap();
        let error = secrets.get(&cx, &key()).unwrap_err();
        shown += &format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{shown}");
    });
}

#[test]
fn writers_from_two_places_lose_nothing() {
    in_child("writers_from_two_places_lose_nothing", Desk::NoServices, |folder| {
        let (home, secrets) = new_home(folder);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let secrets = Secrets::of(&home);
                scope.spawn(move || {
                    // Each with chance of its own, or all would choose the same temporary name.
                    let cx = resguardo_platform::system_context();
                    for number in 0..5 {
                        let key = SecretKey::new("test", format!("{writer}-{number}"));
                        secrets.set(&cx, &key, &Secret::new(key.id.clone())).unwrap();
                    }
                });
            }
        });
        for (writer, number) in (0..4).flat_map(|writer| (0..5).map(move |number| (writer, number))) {
            let id = format!("{writer}-{number}");
            let secret = secrets.get(&test_context(), &SecretKey::new("test", &id)).unwrap().unwrap();
            assert_eq!(secret.expose_text().unwrap(), id);
        }
    });
}
