//! Where passwords, tokens and secret addresses stay between runs.
//!
//! All of them lie in one encrypted file of the home; only its key of 32 bytes is in the system's key store, because
//! Windows takes no more than 2,560 bytes there. Without any key store (a computer nobody signs in to) the key lies beside
//! the file, readable by its owner alone, and the status says so. That is decided once, when the first secret is kept: a
//! key store that is missing later is an error, never a reason to fall back.

mod key_store;
mod sealed;
mod waiting;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use resguardo_domain::{
    Context, Error, Kind, Protection, Result, Secret, SecretKey, SecretStore, SecretsState, SecretsStatus,
};

use zeroize::Zeroizing;

use crate::{Home, Lock, durable};
use key_store::Presence;
use sealed::{Holder, Key, Sealed, Values};

/// The secrets of one home.
#[derive(Debug, Clone)]
pub struct Secrets {
    home: Home,
}

/// What the file of secrets held, with the key it was opened by.
struct Opened {
    key: Key,
    holder: Holder,
    values: Values,
}

impl Secrets {
    /// The secrets of a home; nothing is read or asked yet.
    pub fn of(home: &Home) -> Self {
        Self { home: home.clone() }
    }

    /// Asks the owner to unlock the key store, by the system's own dialog; waits for that at most `patience`.
    ///
    /// # Errors
    /// [`Kind::KeyStoreLocked`] when it is locked still or not there, [`Kind::Cancelled`].
    pub fn unlock(&self, cx: &Context, patience: Duration) -> Result<()> {
        key_store::unlock(cx, patience)
    }

    /// Moves the key from its unprotected file into the key store that has appeared since. Does nothing when it is there.
    ///
    /// # Errors
    /// As [`SecretStore::set`]; [`Kind::KeyStoreLocked`] when there is no key store to use. The secrets stay usable.
    pub fn protect(&self, cx: &Context) -> Result<()> {
        let _lock = self.lock(cx)?;
        let Some(opened) = self.open(cx)? else { return Ok(()) };
        if opened.holder == Holder::File {
            store_checked(cx, &opened.key)?;
            self.write(cx, &Opened { holder: Holder::KeyStore, ..opened })?;
        }
        // Also when an earlier move was interrupted just before this.
        self.remove_key_file(cx)
    }

    /// Puts a damaged file of secrets aside, so that they can be entered anew; tells where it lies now, `None` when there
    /// was no file. Nothing is deleted.
    ///
    /// # Errors
    /// [`Kind::PermissionDenied`], [`Kind::Io`], [`Kind::Cancelled`].
    pub fn set_aside(&self, cx: &Context) -> Result<Option<PathBuf>> {
        let _lock = self.lock(cx)?;
        let path = self.home.secrets();
        if !is_there(&path)? {
            return Ok(None);
        }
        let stamp = cx.now().strftime("%Y%m%d_%H%M%S");
        let aside = |path: &Path, ending: &str| {
            path.with_file_name(format!("secrets_{stamp}_{:04x}.{ending}", cx.random_bits() & 0xffff))
        };
        let kept = aside(&path, "json");
        durable::rename(cx, &path, &kept)?;
        let key = self.home.secrets_key();
        if is_there(&key)? {
            durable::rename(cx, &key, &aside(&key, "key"))?;
        }
        Ok(Some(kept))
    }

    /// The secret of that name. When there is none yet, `length` fresh bytes of the operating system are kept under it: two programs
    /// that ask at once get the same.
    ///
    /// # Errors
    /// As [`SecretStore::set`].
    pub fn get_or_make(&self, cx: &Context, key: &SecretKey, length: usize) -> Result<Secret> {
        if let Some(known) = self.get(cx, key)? {
            return Ok(known);
        }
        let _lock = self.lock(cx)?;
        let mut opened = match self.open(cx)? {
            Some(opened) => opened,
            None => self.begin(cx)?,
        };
        if let Some(known) = opened.values.get(key) {
            return Ok(known);
        }
        let mut bytes = Zeroizing::new(vec![0; length]);
        sealed::random(&mut bytes)?;
        let made = Secret::new(bytes.to_vec());
        opened.values.set(key, &made);
        self.write(cx, &opened)?;
        Ok(made)
    }

    fn lock(&self, cx: &Context) -> Result<Lock> {
        Lock::exclusive(cx, &self.home.locks().join("secrets.lock"))
    }

    /// Reads the file and opens it; `None` when nothing was ever kept.
    fn open(&self, cx: &Context) -> Result<Option<Opened>> {
        cx.check()?;
        let path = self.home.secrets();
        let Some(sealed) = Sealed::read(&path)? else { return Ok(None) };
        let key = match sealed.holder {
            Holder::KeyStore => key_store::read(cx, &sealed.key)?,
            Holder::File => Key::read_file(&self.home.secrets_key(), &sealed.key)?,
        };
        let key = key.ok_or_else(|| sealed::damaged(&path, "the key it was written with is gone"))?;
        let values = sealed.open(&key, &path)?;
        Ok(Some(Opened { key, holder: sealed.holder, values }))
    }

    /// The first secret: makes the key and decides what holds it.
    fn begin(&self, cx: &Context) -> Result<Opened> {
        let key = Key::fresh()?;
        let holder = match key_store::presence(cx)? {
            Presence::Ready => {
                store_checked(cx, &key)?;
                Holder::KeyStore
            }
            Presence::Locked(why) => return Err(key_store::locked(&why)),
            Presence::Absent(_) => {
                key.write_file(cx, &self.home.secrets_key())?;
                Holder::File
            }
        };
        Ok(Opened { key, holder, values: Values::default() })
    }

    fn write(&self, cx: &Context, opened: &Opened) -> Result<()> {
        let sealed = Sealed::seal(&opened.key, opened.holder, &opened.values)?;
        durable::write_private_file(cx, &self.home.secrets(), &sealed.to_json()?)
    }

    fn remove_key_file(&self, cx: &Context) -> Result<()> {
        let path = self.home.secrets_key();
        if is_there(&path)? {
            cx.step("secrets.remove_key_file")?;
            fs::remove_file(&path)
                .map_err(|cause| Error::io(&cause, "remove the key's file", path.display()))?;
        }
        Ok(())
    }
}

impl SecretStore for Secrets {
    fn get(&self, cx: &Context, key: &SecretKey) -> Result<Option<Secret>> {
        Ok(self.open(cx)?.and_then(|opened| opened.values.get(key)))
    }

    fn set(&self, cx: &Context, key: &SecretKey, secret: &Secret) -> Result<()> {
        let _lock = self.lock(cx)?;
        let mut opened = match self.open(cx)? {
            Some(opened) => opened,
            None => self.begin(cx)?,
        };
        opened.values.set(key, secret);
        self.write(cx, &opened)
    }

    fn delete(&self, cx: &Context, key: &SecretKey) -> Result<()> {
        let _lock = self.lock(cx)?;
        let Some(mut opened) = self.open(cx)? else { return Ok(()) };
        if opened.values.remove(key) { self.write(cx, &opened) } else { Ok(()) }
    }

    fn status(&self, cx: &Context) -> Result<SecretsStatus> {
        let status = |protection, state, detail| SecretsStatus { protection, state, detail };
        let error = match self.open(cx) {
            Ok(Some(opened)) => return Ok(status(opened.holder.into(), SecretsState::Ready, None)),
            Ok(None) => {
                return Ok(match key_store::presence(cx)? {
                    Presence::Ready => status(Protection::KeyStore, SecretsState::Ready, None),
                    Presence::Locked(why) => status(Protection::KeyStore, SecretsState::Locked, Some(why)),
                    Presence::Absent(why) => {
                        status(Protection::UnprotectedFile, SecretsState::Ready, Some(why))
                    }
                });
            }
            Err(error) => error,
        };
        let state = match error.kind {
            Kind::KeyStoreLocked if error.get("key_store") == Some("absent") => SecretsState::Absent,
            Kind::KeyStoreLocked => SecretsState::Locked,
            Kind::SecretsDamaged | Kind::NewerFormat => SecretsState::Damaged,
            _ => return Err(error),
        };
        let in_file = is_there(&self.home.secrets_key())?;
        let protection = if in_file { Protection::UnprotectedFile } else { Protection::KeyStore };
        Ok(status(protection, state, error.cause))
    }
}

/// Hands the key to the key store and trusts it only when it reads back: some lose what they were given.
fn store_checked(cx: &Context, key: &Key) -> Result<()> {
    cx.step("secrets.key_store")?;
    key_store::write(cx, key)?;
    match key_store::read(cx, key.id())? {
        Some(back) if back == *key => Ok(()),
        _ => Err(key_store::locked("it does not give back what it was given")),
    }
}

fn is_there(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(Error::io(&cause, "look for the secrets", path.display())),
    }
}
