//! Which licences a text is: makers call their files as they like, so the text itself is asked.

/// Words that stand in the text of one licence and of no other, without line ends, in small letters.
const SIGNS: [(&str, &str); 10] = [
    ("Apache-2.0", "terms and conditions for use, reproduction, and distribution"),
    ("MIT", "permission is hereby granted, free of charge, to any person obtaining a copy of this software"),
    ("MPL-2.0", "mozilla public license version 2.0 ==="),
    ("Unicode-3.0", "unicode license v3"),
    ("Zlib", "this notice may not be removed or altered from any source distribution"),
    ("Unlicense", "this is free and unencumbered software released into the public domain"),
    ("CC0-1.0", "cc0 1.0 universal"),
    ("BSL-1.0", "boost software license - version 1.0"),
    ("GPL", "gnu general public license version"),
    ("LGPL", "gnu lesser general public license version"),
];
const BSD: &str = "redistribution and use in source and binary forms";
const BSD_THIRD_CLAUSE: &str = "endorse or promote products";
const ISC: &str = "permission to use, copy, modify, and/or distribute this software for any purpose";
const ISC_CONDITION: &str = "provided that the above copyright notice";

/// All that a text holds. A text of none that we know is a notice, or a word about where the licence is.
pub(super) fn of(text: &str) -> Vec<&'static str> {
    let plain = plain(text);
    let mut kinds: Vec<_> =
        SIGNS.iter().filter(|(_, sign)| plain.contains(sign)).map(|(kind, _)| *kind).collect();
    if plain.contains(BSD) {
        kinds.push(if plain.contains(BSD_THIRD_CLAUSE) { "BSD-3-Clause" } else { "BSD-2-Clause" });
    }
    if plain.contains(ISC) {
        kinds.push(if plain.contains(ISC_CONDITION) { "ISC" } else { "0BSD" });
    }
    kinds
}

/// A text as it is compared: makers wrap its lines, and mark and quote it, each in their way.
pub(super) fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace(['“', '”', '‘', '’', '\'', '`'], "\"").replace("//", "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_by_its_words_however_it_is_wrapped() {
        assert_eq!(
            of(
                "Permission is hereby granted, free of\ncharge, to any\nperson obtaining a copy of this software"
            ),
            ["MIT"]
        );
        let bsd = "Redistribution and use in source and binary forms are permitted";
        assert_eq!(of(bsd), ["BSD-2-Clause"]);
        assert_eq!(of(&format!("{bsd}; do not endorse or promote products")), ["BSD-3-Clause"]);
        let isc = "// Permission to use, copy, modify, and/or distribute this\n// software for any purpose";
        assert_eq!(of(isc), ["0BSD"]);
        assert_eq!(of(&format!("{isc}, provided that the above copyright notice")), ["ISC"]);
        assert!(of("See LICENSE-MIT").is_empty());
    }
}
