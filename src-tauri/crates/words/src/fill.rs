//! Filling the blanks of a text: `{name}` takes a value, and a part in `[...]` is left out when a value in it is missing.

/// The text with its blanks filled. A blank outside brackets without a value stays empty.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find(']').map(|at| open + at) else { break };
        text.push_str(&fill_all(&rest[..open], values).0);
        let (part, complete) = fill_all(&rest[open + 1..close], values);
        if complete {
            text.push_str(&part);
        }
        rest = &rest[close + 1..];
    }
    text.push_str(&fill_all(rest, values).0);
    text
}

/// The names of the blanks of a text, in order.
pub fn blanks(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// Fills, and says whether every blank had a value.
fn fill_all(template: &str, values: &[(&str, &str)]) -> (String, bool) {
    let mut text = String::new();
    let mut complete = true;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { break };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => complete = false,
        }
        rest = tail;
    }
    text.push_str(rest);
    (text, complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_take_their_values() {
        assert_eq!(fill("{n} of {m}", &[("n", "3"), ("m", "{n}")]), "3 of {n}");
        assert_eq!(blanks("{n} of [{m}]").collect::<Vec<_>>(), ["n", "m"]);
    }

    #[test]
    fn a_part_without_its_value_is_left_out() {
        let template = "No plan[ «{name}»][ at {path}] here";
        assert_eq!(fill(template, &[]), "No plan here");
        assert_eq!(fill(template, &[("name", "a")]), "No plan «a» here");
        assert_eq!(fill(template, &[("path", "/x"), ("name", "a")]), "No plan «a» at /x here");
    }
}
