//! Names that ransom programs give.

/// Endings of names, without the dot and in lower case. Words that honest programs use too (`crypt`, `enc`, `locked` alone on one
/// file) are in it because three new ones in one run are asked for.
const EXTENSIONS: [&str; 44] = [
    "0xxx",
    "abyss",
    "akira",
    "avos2",
    "basta",
    "bianlian",
    "blackbyte",
    "blackcat",
    "cerber",
    "cerber3",
    "clop",
    "conti",
    "crypt",
    "crypted",
    "cryptolocker",
    "crypto",
    "cuba",
    "darkside",
    "djvu",
    "encrypted",
    "eking",
    "ezz",
    "hive",
    "karma",
    "lockbit",
    "locked",
    "locky",
    "lukitus",
    "makop",
    "medusa",
    "micro",
    "odin",
    "osiris",
    "phobos",
    "play",
    "ransom",
    "rhysida",
    "royal",
    "ryk",
    "stop",
    "wannacry",
    "wcry",
    "wncry",
    "zepto",
];

/// Beginnings of endings that carry an address or an id, as in `.id-1A2B.[mail@host].eight`.
const MARKS: [&str; 3] = [".id-", ".id[", ".email="];

/// Words of which a note's name holds one of each pair.
const NOTES: [(&str, &str); 11] = [
    ("how", "decrypt"),
    ("how", "recover"),
    ("how_to", "restore"),
    ("decrypt", "instruction"),
    ("readme", "decrypt"),
    ("restore", "my_files"),
    ("recover", "my_files"),
    ("your_files", "encrypted"),
    ("files_are", "encrypted"),
    ("help", "decrypt"),
    ("ransom", "note"),
];

/// Whether a file's name ends as ransom programs let names end.
pub fn is_ransom_extension(name: &str) -> bool {
    let name = name.to_lowercase();
    let known = name.rsplit_once('.').is_some_and(|(_, ending)| EXTENSIONS.contains(&ending));
    known || MARKS.iter().any(|mark| name.contains(mark))
}

/// Whether a file's name is one that ransom programs give to their notes: a short text whose name speaks of decrypting.
pub fn is_ransom_note(name: &str) -> bool {
    let name = name.to_lowercase().replace([' ', '-'], "_");
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    matches!(ending, "txt" | "html" | "hta" | "htm" | "rtf")
        && NOTES.iter().any(|(one, other)| stem.contains(one) && stem.contains(other))
}
