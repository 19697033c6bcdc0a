//! How a listing's record lies in the columns of `versions`: the common fields as integers, the rare ones as JSON in
//! `extra`, nothing lost on the way there and back.

use resguardo_domain::{Digest, EntryPath, Method, Place, Record, Reference, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Row, Statement};
use serde::Deserialize;

use crate::Version;
use crate::error::{damaged, odd, sql};

const READ: &str = "read a file version";

/// The columns that [`version`] reads, in its order.
pub(crate) const COLUMNS: &str = "v.name, v.introduced, v.tag, v.size, v.mtime, v.ctime, v.inode, v.side, v.mode, \
     v.uid, v.gid, v.digest, v.part, v.position, v.packed, v.method, v.extra, v.look";

/// Adds a row, replacing one of the same folder, name and generation.
pub(crate) const INSERT: &str = "INSERT OR REPLACE INTO versions (folder, name, first, last, introduced, tag, size, \
     mtime, ctime, inode, side, mode, uid, gid, digest, part, position, packed, method, extra, look) \
     VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";

/// The rare fields that a comparison needs; the others are skipped over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ComparedExtra {
    /// Size as the file system gave it, where it differs.
    #[serde(rename = "fs")]
    pub(crate) stamp_size: Option<u64>,
    /// Content equal to an earlier record's.
    #[serde(rename = "r")]
    pub(crate) same: Option<Reference>,
    /// Set when the file kept changing while it was read.
    #[serde(rename = "ch")]
    pub(crate) changed: bool,
    /// Set when the digest is a sparse file's.
    #[serde(rename = "sp")]
    pub(crate) sparse_digest: bool,
}

/// Splits a path into its folder and its name. The root itself has neither.
pub(crate) fn split(path: &EntryPath) -> (&str, &str) {
    path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()))
}

/// Joins what [`split`] took apart.
pub(crate) fn join(folder: &EntryPath, name: &str) -> EntryPath {
    if name.is_empty() { folder.clone() } else { folder.join_safe(name) }
}

/// Binds and runs [`INSERT`]. The record's path is not looked at; `folder` and `name` say it.
pub(crate) fn insert(
    statement: &mut Statement<'_>,
    folder: i64,
    name: &str,
    span: (i64, i64),
    mut record: Record,
) -> Result<()> {
    let numbers = [
        i64::from(u32::from(record.tag)),
        record.size.cast_signed(),
        record.mtime_ns,
        record.ctime_ns,
        record.inode.cast_signed(),
        record.side.cast_signed(),
        i64::from(record.mode),
        i64::from(record.uid),
        i64::from(record.gid),
    ];
    let (digest, look) = (record.digest.take(), record.look);
    // A place with blocks stays with the rare fields.
    let place = record.place.take_if(|place| place.blocks.is_empty());
    let rare = rare(record)?;
    let mut run = || -> rusqlite::Result<()> {
        statement.raw_bind_parameter(1, folder)?;
        statement.raw_bind_parameter(2, name)?;
        statement.raw_bind_parameter(3, span.0)?;
        statement.raw_bind_parameter(4, span.1)?;
        for (at, number) in numbers.into_iter().enumerate() {
            statement.raw_bind_parameter(5 + at, number)?;
        }
        statement.raw_bind_parameter(14, digest.as_ref().map(|digest| &digest.0[..]))?;
        statement.raw_bind_parameter(15, place.as_ref().map(|place| place.part))?;
        statement.raw_bind_parameter(16, place.as_ref().map(|place| place.offset.cast_signed()))?;
        statement.raw_bind_parameter(17, place.as_ref().map(|place| place.packed.cast_signed()))?;
        statement.raw_bind_parameter(18, place.as_ref().map(|place| u16::from(place.method)))?;
        statement.raw_bind_parameter(19, rare.as_deref())?;
        statement.raw_bind_parameter(20, (look > 0).then_some(look))?;
        statement.raw_execute().map(drop)
    };
    run().map_err(sql("add a file version"))
}

/// What the columns do not hold, as the listing's own JSON, so that a field added to the listing is kept without a
/// change here; `None` when nothing is left.
fn rare(record: Record) -> Result<Option<String>> {
    let rest = Record {
        path: EntryPath::root(),
        tag: '-',
        size: 0,
        mtime_ns: 0,
        ctime_ns: 0,
        inode: 0,
        side: 0,
        mode: 0,
        uid: 0,
        gid: 0,
        look: 0,
        ..record
    };
    if rest == Record::removed(EntryPath::root()) {
        return Ok(None);
    }
    serde_json::to_string(&rest).map(Some).map_err(|error| odd("add a file version", error))
}

/// The rare fields that a comparison needs, from the text of `extra`.
pub(crate) fn compared(extra: ValueRef<'_>) -> Result<ComparedExtra> {
    match extra {
        ValueRef::Text(text) => serde_json::from_slice(text).map_err(|error| damaged(READ, error)),
        _ => Ok(ComparedExtra::default()),
    }
}

/// The tag of a record, from its number.
pub(crate) fn tag(number: i64) -> Result<char> {
    u32::try_from(number).ok().and_then(char::from_u32).ok_or_else(|| damaged(READ, "tag"))
}

/// The digest in a column that may be empty.
pub(crate) fn digest(value: ValueRef<'_>) -> Result<Option<Digest>> {
    match value {
        ValueRef::Blob(bytes) => Digest::from_slice(bytes).map(Some).ok_or_else(|| damaged(READ, "digest")),
        _ => Ok(None),
    }
}

/// Rebuilds the record of a row that was selected with [`COLUMNS`].
pub(crate) fn version(row: &Row<'_>, folder: &EntryPath) -> Result<Version> {
    let number = |at: usize| row.get::<_, i64>(at).map_err(sql(READ));
    let small = |at: usize| row.get::<_, u32>(at).map_err(sql(READ));
    let value = |at: usize| row.get_ref(at).map_err(sql(READ));
    let name = value(0)?.as_str().map_err(|error| damaged(READ, error))?;
    let mut record: Record = match value(16)? {
        ValueRef::Text(text) => serde_json::from_slice(text).map_err(|error| damaged(READ, error))?,
        _ => Record::removed(EntryPath::root()),
    };
    record.path = join(folder, name);
    record.tag = tag(number(2)?)?;
    record.size = number(3)?.cast_unsigned();
    record.mtime_ns = number(4)?;
    record.ctime_ns = number(5)?;
    record.inode = number(6)?.cast_unsigned();
    record.side = number(7)?.cast_unsigned();
    record.mode = small(8)?;
    record.uid = small(9)?;
    record.gid = small(10)?;
    record.digest = digest(value(11)?)?;
    if let Some(part) = row.get(12).map_err(sql(READ))? {
        let method: u16 = row.get(15).map_err(sql(READ))?;
        record.place = Some(Place {
            part,
            offset: number(13)?.cast_unsigned(),
            packed: number(14)?.cast_unsigned(),
            method: Method::try_from(method).map_err(|error| damaged(READ, error))?,
            blocks: Vec::new(),
        });
    }
    record.look = row.get::<_, Option<u16>>(17).map_err(sql(READ))?.unwrap_or_default();
    Ok(Version { record, introduced: number(1)?.cast_unsigned() })
}
