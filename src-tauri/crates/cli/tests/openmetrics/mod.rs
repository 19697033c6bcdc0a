//! A strict parser of the OpenMetrics 1.0 text form, for gauges and information: what it accepts, every collector accepts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

use std::collections::{BTreeMap, BTreeSet};

/// A family: what is said of it and its samples.
#[derive(Default)]
pub(crate) struct Family {
    kind: String,
    said: BTreeSet<&'static str>,
    pub(crate) samples: Vec<Sample>,
}

/// A sample.
pub(crate) struct Sample {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

type Families = BTreeMap<String, Family>;

/// The families of a text, or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Families, String> {
    let body = text.strip_suffix("# EOF\n").ok_or("it does not end in # EOF")?;
    let mut families = Families::new();
    let mut current = String::new();
    for line in body.split_terminator('\n') {
        let done = match line.strip_prefix("# ") {
            Some(said) => describe(said, &mut families, &mut current),
            None => sample(line, &mut families, &current),
        };
        done.map_err(|why| format!("{why}: {line}"))?;
    }
    Ok(families)
}

fn describe(said: &str, families: &mut Families, current: &mut String) -> Result<(), String> {
    let (what, rest) = said.split_once(' ').ok_or("nothing is said")?;
    let (name, value) = rest.split_once(' ').ok_or("a family without a value")?;
    if !is_name(name, true) {
        return Err("no name".into());
    }
    if name != current {
        if families.contains_key(name) {
            return Err("a family in two places".into());
        }
        name.clone_into(current);
        families.insert(name.to_owned(), Family::default());
    }
    let family = families.get_mut(name).unwrap();
    let what = ["TYPE", "UNIT", "HELP"].into_iter().find(|known| *known == what).ok_or("an unknown word")?;
    if !family.said.insert(what) || !family.samples.is_empty() {
        return Err("said twice or too late".into());
    }
    match what {
        "TYPE" if !["gauge", "info"].contains(&value) => Err("an unknown type".into()),
        "TYPE" => {
            value.clone_into(&mut family.kind);
            Ok(())
        }
        "UNIT" if !name.ends_with(&format!("_{value}")) => Err("a name without its unit".into()),
        "HELP" => unescaped(value).map(drop),
        _ => Ok(()),
    }
}

fn sample(line: &str, families: &mut Families, current: &str) -> Result<(), String> {
    let family = families.get_mut(current).ok_or("a sample of no family")?;
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let (name, rest) = line.split_at(end);
    let wanted = if family.kind == "info" { format!("{current}_info") } else { current.to_owned() };
    if name != wanted || family.kind.is_empty() {
        return Err("a sample of another family".into());
    }
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (BTreeMap::new(), rest),
    };
    let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let number: f64 = value.parse().map_err(|_| "no number")?;
    if value.contains(' ') || (family.kind == "info" && number.to_bits() != 1.0_f64.to_bits()) {
        return Err("a wrong value".into());
    }
    if family.samples.iter().any(|known| known.labels == labels) {
        return Err("a sample twice".into());
    }
    family.samples.push(Sample { labels, value: number });
    Ok(())
}

fn labels(mut rest: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut labels = BTreeMap::new();
    loop {
        let (name, after) = rest.split_once("=\"").ok_or("no label")?;
        let mut escaped = false;
        let end = after.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (value, after) = after.split_at(end.ok_or("an open label")?);
        if !is_name(name, false) || labels.insert(name.to_owned(), unescaped(value)?).is_some() {
            return Err("a wrong label".into());
        }
        rest = &after[1..];
        match rest.split_at_checked(1) {
            Some((",", more)) => rest = more,
            Some(("}", more)) => return Ok((labels, more)),
            _ => return Err("labels that do not end".into()),
        }
    }
}

fn is_name(name: &str, of_family: bool) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (of_family && c == ':');
    name.chars().all(fits) && name.starts_with(|c: char| !c.is_ascii_digit())
}

fn unescaped(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some(c @ ('"' | '\\')) => c,
                _ => return Err("an unknown escape".into()),
            },
            ('"', _) => return Err("a quote that is not escaped".into()),
            (c, _) => c,
        });
    }
    Ok(out)
}
