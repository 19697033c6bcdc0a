//! Which licence we take of those that a part offers: its expression is one of SPDX, or an older one with a slash.

/// The one that we take wherever it is offered: our own, whose one text serves for all parts.
pub(super) const OURS: &str = "Apache-2.0";
/// What we take next, the best first: those that ask for no more than their text.
const NEXT: [&str; 3] = ["MIT", "ISC", "BSD-3-Clause"];

/// The licence that is taken, such as `MIT` or `Apache-2.0 AND ISC`.
pub(super) fn choose(expression: &str) -> String {
    let offered = alternatives(expression);
    let wanted = std::iter::once(OURS).chain(NEXT).find(|wanted| offered.iter().any(|one| one == wanted));
    wanted.map_or_else(|| offered.into_iter().next().unwrap_or_default(), str::to_owned)
}

/// What stands between the outermost ORs. An expression that is more than such a list is taken as it is: all of it holds then.
fn alternatives(expression: &str) -> Vec<String> {
    let whole = expression.trim();
    if whole.contains('(') {
        return vec![whole.to_owned()];
    }
    whole.split(" OR ").flat_map(|part| part.split('/')).map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_licence_is_taken_where_it_is_offered_and_all_of_what_is_joined() {
        for (expression, taken) in [
            ("MIT OR Apache-2.0", "Apache-2.0"),
            ("MIT/Apache-2.0", "Apache-2.0"),
            ("Apache-2.0 / MIT", "Apache-2.0"),
            ("Unlicense OR MIT", "MIT"),
            ("MIT", "MIT"),
            ("Apache-2.0 AND ISC", "Apache-2.0 AND ISC"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            ("MPL-2.0", "MPL-2.0"),
            ("", ""),
        ] {
            assert_eq!(choose(expression), taken, "{expression}");
        }
    }
}
