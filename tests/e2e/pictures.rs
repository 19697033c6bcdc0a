//! Pictures of the real window for the README: a shop with a plan and copies in two places, as its owner sees it.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::desk::Desk;
use crate::process::wait_for;

/// The argument that asks for them; the folder follows.
pub(crate) const ASKED: &str = "pictures";

/// Takes them in both languages.
pub(crate) fn take(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (language, says) in [
        ("es", ["Tu negocio", "Copias", "Qué se conserva"]),
        ("en", ["Your business", "Backups", "What is kept"]),
    ] {
        let desk = Desk::speaking(language);
        let _program = desk.start(&["--hidden"]);
        desk.tray();
        shop(&desk);
        let mut settings = desk.call("settings.show", json!({}));
        settings["language"] = json!(language);
        desk.call("settings.save", settings);
        let browser = Browser::open(&desk, &[]);
        let pages = ["home", "history", "plan/Recepci%C3%B3n"].map(|page| format!("#/{page}"));
        for ((page, says), name) in pages.iter().zip(says).zip(["home", "history", "plan"]) {
            browser.script("location.hash = arguments[0]", &[json!(page)]);
            browser.find("h1");
            browser.says(says);
            let file = folder.join(format!("{name}-{language}.png"));
            fs::write(&file, desk.picture().png()).unwrap();
            println!("{}", file.display());
        }
    }
}

/// Documents, copied twice to a drive here and a folder away.
fn shop(desk: &Desk) {
    let documents = desk.folder().join("Documentos");
    for (name, kilobytes) in [
        ("Presupuestos/Clínica Robles 2026.odt", 240),
        ("Presupuestos/Reforma recepción.odt", 180),
        ("Facturas/2026/Factura 0412.pdf", 90),
        ("Facturas/2026/Factura 0413.pdf", 110),
        ("Radiografías/ana-lopez-2026-03.png", 900),
        ("Precios.ods", 60),
    ] {
        let file = documents.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, vec![b'a'; kilobytes << 10]).unwrap();
    }
    for (name, folder, nearness) in [("Disco USB", "usb", "near"), ("Casa", "casa", "away")] {
        let folder = desk.folder().join(folder);
        fs::create_dir_all(&folder).unwrap();
        desk.call("destinations.add", json!({ "name": name, "folder": folder, "nearness": nearness }));
    }
    let daily =
        json!({ "zone": "Europe/Madrid", "kind": null, "class": "daily", "every": "day", "at": "20:00" });
    let (folders, to) = ([&documents], ["Disco USB", "Casa"]);
    desk.call(
        "plans.add",
        json!({ "name": "Recepción", "folders": folders, "to": to, "schedules": [daily] }),
    );
    for edit in ["Precios.ods", "Facturas/2026/Factura 0414.pdf"] {
        desk.call(
            "operations.start",
            json!({ "verb": "back_up", "plan": "Recepción", "kind": null, "class": "manual" }),
        );
        ended(desk);
        fs::write(documents.join(edit), "b").unwrap();
    }
}

fn ended(desk: &Desk) {
    wait_for("the end of the backup", || {
        let newest = desk.call("operations.list", json!({ "limit": 1 }));
        newest[0]["state"].as_str().is_some_and(|state| state.starts_with("succeeded")).then_some(())
    });
}
