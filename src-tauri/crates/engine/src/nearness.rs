//! Whether a destination is here or away: the owner's word, or what its kind says.

use resguardo_catalog::DestinationRow;
use resguardo_domain::{DestinationKind, Nearness};

/// Where the owner's word stands in a destination's settings, so that it moves with the configuration.
const KEY: &str = "nearness";

/// A folder of this computer, a USB drive, a share: here. Everything else is away.
pub(crate) fn nearness_of(row: &DestinationRow) -> Nearness {
    let word = row.config.get(KEY).cloned();
    let said = word.and_then(|word| serde_json::from_value(word).ok());
    said.unwrap_or(match row.kind {
        DestinationKind::Local => Nearness::Near,
    })
}

/// Keeps the owner's word in the settings.
pub(crate) fn set_nearness(row: &mut DestinationRow, nearness: Nearness) {
    if let (Some(fields), Ok(word)) = (row.config.as_object_mut(), serde_json::to_value(nearness)) {
        fields.insert(KEY.to_owned(), word);
    }
}

#[cfg(test)]
mod tests {
    use resguardo_domain::DestinationId;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_folder_is_here_until_the_owner_says_otherwise() {
        let config = json!({ "folder": "/media/usb" });
        let id = DestinationId::from_random(1);
        let mut row = DestinationRow { id, name: "usb".into(), kind: DestinationKind::Local, config };
        assert_eq!(nearness_of(&row), Nearness::Near);
        set_nearness(&mut row, Nearness::Away);
        assert_eq!(nearness_of(&row), Nearness::Away);
        assert_eq!(row.config["folder"], "/media/usb");
        row.config["nearness"] = json!("nowhere");
        assert_eq!(nearness_of(&row), Nearness::Near);
    }
}
