//! What every kind of error is called, whether the data is safe and what to do, in Spanish.

use super::{Expected, KindText, Kinds};
use crate::ErrorAction as Action;

/// What happened and what to do, for each kind of error.
pub(super) const KINDS: Kinds = Kinds {
    cancelled: text("Detenido, como pediste", "No queda nada a medias. Vuelve a empezar cuando quieras."),
    internal: text(
        "Esto es un fallo de Resguardo",
        "Tus copias no se ven afectadas. Inténtalo otra vez; si se repite, envíanos el detalle técnico.",
    ),
    invalid_input: text(
        "El valor[ «{value}»] no sirve[ para {field}]",
        "No se ha cambiado nada. Corrígelo y vuelve a intentarlo.",
    ),
    not_found: text(
        "No existe {what}[ «{name}»][ en {path}]",
        "No se ha cambiado nada. Mira lo que hay y vuelve a intentarlo.",
    ),
    already_exists: text("Ya existe {what}[ «{name}»]", "No se ha cambiado nada. Elige otro nombre."),
    ambiguous: text(
        "[«{name}» ]puede ser varias cosas",
        "No se ha cambiado nada. Escribe más letras del id, o el nombre entero.",
    ),
    busy: text(
        "Resguardo ya está trabajando[ con el plan «{plan}»]",
        "Espera a que termine y vuelve a intentarlo. No se ha cambiado nada.",
    ),
    source_missing: text(
        "No está lo que hay que copiar[: {path}]",
        "Las copias que tienes están a salvo. Conecta la unidad o corrige la ruta en el plan.",
    ),
    source_unreadable: text(
        "No se puede leer lo que hay que copiar[: {path}]",
        "Las copias que tienes están a salvo. Da permiso de lectura a tu usuario.",
    ),
    source_empty: text(
        "Lo que hay que copiar está vacío[: {path}]",
        "No cuenta como copia; las que tienes están a salvo. Mira si los archivos cambiaron de sitio.",
    ),
    destination_inside_source: text(
        "El destino[ {destination}] y lo que se copia[ ({path})] están uno dentro del otro",
        "No se ha cambiado nada. Elige una carpeta de fuera, mejor en otra unidad.",
    ),
    destination_absent: text(
        "El destino[ «{destination}»] está desconectado",
        "Las copias esperan en este equipo y se envían cuando vuelva. Conéctalo.",
    ),
    destination_foreign: text(
        "La carpeta del destino[ «{destination}»] es de otro",
        "No se ha escrito nada allí. Conecta la unidad correcta, o hazte cargo de sus copias.",
    ),
    destination_full: text(
        "No queda sitio en el destino[ «{destination}»]",
        "Las copias que tienes están a salvo. Haz sitio, o borra copias antiguas.",
    ),
    destination_denied: text(
        "El destino[ «{destination}»] no da acceso",
        "Las copias que tienes están a salvo. Permite a tu usuario escribir y leer allí.",
    ),
    object_too_large: text(
        "En el destino[ «{destination}»] no cabe un archivo tan grande[ ({size})]",
        "Tus otros destinos no se ven afectados. Haz que el plan divida sus archivos en partes.",
    ),
    disk_full: text(
        "No queda sitio en este equipo[: {path}]",
        "Las copias que tienes están a salvo. Libera espacio y vuelve a intentarlo.",
    ),
    permission_denied: text(
        "El sistema no da acceso[ a {path}]",
        "Tus datos no han cambiado. Da permiso a tu usuario, o elige otro sitio.",
    ),
    io: text(
        "No se pudo leer o escribir[: {path}]",
        "Nada a medias cuenta como copia. Mira la unidad o el cable y vuelve a intentarlo.",
    ),
    archive_damaged: text(
        "El archivo ZIP de una copia está dañado[: {path}]",
        "Tus archivos no se ven afectados. Comprueba todas las copias y haz pronto una completa.",
    ),
    manifest_damaged: text(
        "El índice de una copia está dañado[: {path}]",
        "El archivo ZIP puede estar entero. Vuelve a leer los destinos.",
    ),
    chain_broken: text(
        "Falta, o está dañada, una copia de la que depende esta",
        "Las otras copias no se ven afectadas. Haz una copia completa para empezar de nuevo.",
    ),
    newer_format: text(
        "Esto lo escribió una versión más nueva de Resguardo",
        "No se ha cambiado nada. Instala la última versión y vuelve a intentarlo.",
    ),
    archive_hostile: text(
        "Este archivo ZIP intenta escribir fuera de su sitio",
        "No se ha restaurado nada de él. No lo uses; elige otra copia.",
    ),
    catalog_damaged: text(
        "El catálogo del programa está dañado",
        "Tus copias están a salvo. Vuelve a leer los destinos.",
    ),
    catalog_newer: text(
        "El catálogo es de una versión más nueva de Resguardo",
        "No se ha cambiado nada. Instala la última versión.",
    ),
    database_busy: text(
        "Otro programa lleva demasiado tiempo usando una base de datos[: {path}]",
        "Las copias que tienes están a salvo. Inténtalo cuando el otro programa descanse.",
    ),
    database_damaged: text(
        "Una base de datos no pasa su propia comprobación[: {path}]",
        "Las copias anteriores pueden tener una entera. Repárala con el programa que la usa.",
    ),
    nothing_restored: text(
        "No se ha restaurado nada",
        "Tus archivos están como estaban. Mira lo que hay en la copia y elige otra vez.",
    ),
    verify_failed: text(
        "Lo escrito no se lee como debería[: {path}]",
        "No te fíes de esta copia. Mira la unidad y después comprueba todas las copias.",
    ),
    safety_impossible: text(
        "No se pudo hacer la foto de seguridad",
        "No se ha cambiado nada. Restaura en otra carpeta, o resuelve lo que se dice abajo.",
    ),
    confirmation_needed: text(
        "Esto necesita que lo confirmes[: se irían {deleted} de {all} copias]",
        "No se ha cambiado nada. Confírmalo cuando estés seguro.",
    ),
    cannot_undo: text(
        "Esto ya no se puede deshacer[: {operation}]",
        "Tus archivos están como están ahora. Puedes restaurarlos de una copia anterior.",
    ),
    key_store_locked: text(
        "El llavero de este equipo está bloqueado o no está en marcha",
        "Tus copias no se ven afectadas. Inicia sesión en el equipo o desbloquea el llavero y vuelve a intentarlo.",
    ),
    secrets_damaged: text(
        "El archivo con tus contraseñas no se puede abrir[: {path}]",
        "Tus copias están a salvo y el archivo sigue como estaba. Escribe las contraseñas otra vez.",
    ),
    channel_unreachable: text(
        "Un aviso no se pudo entregar[ por {channel}]",
        "Tus copias no se ven afectadas. Mira la conexión; volveremos a intentarlo.",
    ),
    channel_denied: text(
        "Los avisos son rechazados[ por {channel}]",
        "Tus copias no se ven afectadas. La contraseña o la dirección ya no valen: escríbelas otra vez.",
    ),
    channel_untrusted: text(
        "No es seguro quién recibe los avisos[ de {channel}]",
        "No se ha enviado nada. Comprueba el nombre del servidor y su certificado.",
    ),
    channel_refused: text(
        "Un aviso no fue aceptado[ por {channel}]",
        "Tus copias no se ven afectadas. Mira los ajustes del canal y envía una prueba.",
    ),
    heartbeat_untrusted: text(
        "No se puede creer lo que hay[ en «{destination}»] a nombre del equipo[ «{computer}»]",
        "Tus copias no se ven afectadas. Si ese equipo se instaló de nuevo, vuelve a creerle; si no, averigua quién puede escribir allí.",
    ),
    update_unknown: text(
        "No hemos podido saber si hay una versión nueva",
        "Tus copias siguen como siempre. Vuelve a mirarlo cuando tengas conexión a internet.",
    ),
};

const fn text(title: &'static str, hint: &'static str) -> KindText {
    KindText { title, hint }
}

/// An action in a few words.
pub(super) fn action(action: Action) -> &'static str {
    match action {
        Action::TryAgain => "Volver a intentarlo",
        Action::Examine => "Examinar la instalación",
        Action::Correct => "Corregirlo",
        Action::Look => "Ver lo que hay",
        Action::Rename => "Elegir otro nombre",
        Action::BeMoreExact => "Concretar más",
        Action::ReviewPlan => "Mirar el plan",
        Action::GrantAccess => "Dar acceso",
        Action::ChooseFolder => "Elegir otra carpeta",
        Action::Connect => "Conectarlo y probarlo",
        Action::Adopt => "Hacerte cargo de sus copias",
        Action::MakeRoom => "Ver qué copias antiguas se borrarían",
        Action::FreeDisk => "Liberar espacio",
        Action::Split => "Dividir los archivos en partes",
        Action::CheckAll => "Comprobar todas las copias",
        Action::Rebuild => "Volver a leer los destinos",
        Action::BackUpFull => "Hacer una copia completa",
        Action::Update => "Instalar la última versión",
        Action::UseAnother => "Elegir otra copia",
        Action::LookInside => "Ver qué hay en la copia",
        Action::RestoreAside => "Restaurar en otra carpeta",
        Action::Confirm => "Confirmarlo",
        Action::Unlock => "Desbloquear el llavero",
        Action::EnterAgain => "Escribirla otra vez",
        Action::ForgetComputer => "Si se instaló de nuevo, volver a creerle",
    }
}

/// A thing by its word on the wire; nothing when it has none.
pub(super) fn thing(word: &str) -> Option<&'static str> {
    Some(match word {
        "path" => "el archivo o la carpeta",
        "file" => "el archivo",
        "plan" => "el plan",
        "destination" => "el destino",
        "snapshot" => "la copia",
        "operation" => "la operación",
        "entry" => "el archivo o la carpeta",
        "source" => "lo que se copia",
        "command" => "la orden",
        "object" => "el archivo del destino",
        "channel" => "canal",
        "computer" => "equipo",
        _ => return None,
    })
}

/// What a field of the input expects.
pub(super) fn expected(expected: Expected) -> &'static str {
    match expected {
        Expected::Unneeded => {
            "Otras copias dependen de esta. Borra antes esas, o deja que decidan las reglas del plan."
        }
        Expected::Flagged => "Esta copia no tiene nada raro: no hay nada que decidir.",
        Expected::Name => {
            "Un nombre tiene de 1 a 64 caracteres, ninguno de / \\ : * ? \" < > | @, y no empieza ni acaba con un espacio o un punto."
        }
        Expected::Number => "Usa un número entero de 1 a 100.000.",
        Expected::Hours => "Usa un número de horas de 1 a 24.",
        Expected::ExistingPath => "Comprueba que está bien escrito y que lo puedes abrir.",
        Expected::Address => {
            "Escribe una dirección de correo como ana@example.com; hacen falta remitente y destinatario."
        }
        Expected::Future => "Da una fecha y hora que esté por venir.",
        Expected::Rules => "Con estas reglas no se conservaría nada. Elige al menos una.",
        Expected::Secret => "Escríbelo otra vez.",
        Expected::Zone => "Elige una zona horaria de la lista.",
        Expected::Level => "Elige uno de los niveles o un número de 0 a 9.",
    }
}
