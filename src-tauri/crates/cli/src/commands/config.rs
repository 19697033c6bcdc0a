//! `config export`, `config import`: the configuration as a file. It holds no secrets.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use resguardo_api::types::{Error, Result};
use resguardo_api::{ConfigExport, ConfigFile, ConfigImport, ConfigSave, Nothing};
use serde_json::{Value, json};

use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::paths;

/// `config export`.
pub(crate) fn export(app: &mut App, file: &Path) -> Ending {
    if file == Path::new("-") {
        let config = app.api.call::<ConfigExport>(Nothing {})?;
        let text = serde_json::to_string_pretty(&config)
            .map_err(|cause| Error::internal("write the configuration").because(cause))?;
        app.out.raw(format!("{text}\n").as_bytes());
        return Ok(Exit::Done);
    }
    let path = paths::absolute(file)?;
    app.api.call::<ConfigSave>(ConfigFile { file: path.clone() })?;
    app.say(app.locale.texts().config_exported, &[("path", &path)]);
    app.out.object(&json!({ "exported": path }));
    Ok(Exit::Done)
}

/// `config import`.
pub(crate) fn import(app: &mut App, file: &Path) -> Ending {
    let plans = app.api.call::<ConfigImport>(read(file)?)?;
    app.object("plans", &plans);
    let t = app.locale.texts();
    if plans.is_empty() {
        app.out.say(t.config_nothing);
    } else {
        app.say(t.config_imported, &[("plans", &plans.join(", "))]);
    }
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<Value> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().read_to_string(&mut text)
    } else {
        File::open(file).and_then(|mut opened| opened.read_to_string(&mut text))
    };
    read.map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => Error::not_found("file", file.display()),
        io::ErrorKind::InvalidData => Error::invalid("file", file.display(), "not a text"),
        _ => Error::io(&cause, "read the configuration", file.display()),
    })?;
    serde_json::from_str(&text).map_err(|cause| Error::invalid("file", file.display(), &cause.to_string()))
}
