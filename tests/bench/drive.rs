//! Resguardo as one process: the verbs of the command line that the benchmarks need, straight on the engine.

use std::sync::Arc;

use resguardo_domain::Class;
use resguardo_engine::{Engine, Existing, PlanDraft, Request, RestoreRequest, RestoreTarget};
use resguardo_platform::{Home, system_context};

use crate::{Outcome, failure};

/// Runs one verb, in the words of the command line, on the home that `RESGUARDO_HOME` names.
pub(crate) fn run(words: &[String]) -> Outcome {
    let home = std::env::var("RESGUARDO_HOME")?;
    let (engine, _) = Engine::open(Home::at(home), system_context())?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["plan", "add", name, flags @ ..] => add_plan(&engine, name, flags),
        ["backup", name, "--kind", kind] => {
            let kind = match *kind {
                "auto" => None,
                kind => Some(serde_json::from_value(kind.into())?),
            };
            ended(&engine, Request::BackUp { plan: (*name).to_owned(), kind, class: Class::Manual })
        }
        ["restore", snapshot, paths @ .., "--to", folder] => {
            let request = RestoreRequest {
                snapshot: (*snapshot).to_owned(),
                paths: paths.iter().map(|path| (*path).to_owned()).collect(),
                target: RestoreTarget::Folder { path: (*folder).to_owned() },
                existing: Existing::Replace,
                safety: true,
            };
            ended(&engine, Request::Restore(request))
        }
        _ => Err(failure(format!("drive: unknown words {words:?}"))),
    }
}

fn add_plan(engine: &Engine, name: &str, flags: &[&str]) -> Outcome {
    let mut draft = PlanDraft { name: name.to_owned(), ..PlanDraft::default() };
    for pair in flags.chunks(2) {
        match pair {
            ["--folder", path] => draft.folders.push((*path).to_owned()),
            ["--sqlite", path] => draft.sqlite.push((*path).to_owned()),
            ["--to", path] => draft.to.push((*path).to_owned()),
            ["--level", level] => draft.level = Some(level.parse()?),
            _ => return Err(failure(format!("drive: unknown flag {pair:?}"))),
        }
    }
    engine.add_plan(draft)?;
    Ok(())
}

fn ended(engine: &Arc<Engine>, request: Request) -> Outcome {
    let id = engine.start(request)?;
    let operation = engine.wait(&id)?;
    if operation.state.is_success() && operation.issue_count == 0 {
        return Ok(());
    }
    Err(failure(format!("{:?}: {:?} {:?}", operation.state, operation.error, operation.issues.first())))
}
