//! Every sentence of this crate in Spanish; which one is said when stands elsewhere.

use resguardo_domain::{
    Cause, HeartbeatDoubt as Doubt, Nearness, OperationState, ProtectionState as State,
    StatusAction as Action, StatusReason as Reason, Verb,
};

use crate::customs::Units;
use crate::page::PageTexts;

pub(crate) const UNITS: Units = Units {
    months: "ene feb mar abr may jun jul ago sep oct nov dic",
    weekdays: "lunes martes miércoles jueves viernes sábado domingo",
    few_seconds: "unos segundos",
    about_seconds: "unos {n} segundos",
    about_minute: "alrededor de un minuto",
    about_minutes: "unos {n} minutos",
    about_hour: "alrededor de una hora",
    about_hours: "unas {n} horas",
    about_day: "alrededor de un día",
    about_days: "unos {n} días",
};

pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Protected => "Protegido",
        State::ToStart => "Por empezar",
        State::NeedsAttention => "Revisar",
        State::NotProtected => "Sin protección",
    }
}

/// The state as a title, and in two or three words.
pub(crate) fn headline(
    state: State,
    reason: Option<&Reason>,
    lacking: Option<Nearness>,
) -> (&'static str, &'static str) {
    match (state, reason, lacking) {
        (State::Protected, ..) => ("Tu negocio está protegido", "Todo en orden"),
        (State::ToStart, ..) => ("Todavía no hay nada protegido", "Sin configurar"),
        (State::NotProtected, ..) => ("Tu negocio no está protegido", "Sin protección"),
        (_, Some(Reason::NotAway { .. } | Reason::NoAwayDestination { .. }), _)
        | (_, _, Some(Nearness::Away)) => ("Protegido aquí, pero no fuera", "Falta la copia de fuera"),
        (_, Some(Reason::NotNear { .. } | Reason::NoNearDestination { .. }), _)
        | (_, _, Some(Nearness::Near)) => ("Protegido fuera, pero no aquí", "Falta la copia de aquí"),
        (_, Some(Reason::FirstCopyPending { .. }), _) => ("La primera copia está por hacer", "Preparado"),
        (_, Some(Reason::NothingActive | Reason::NotScheduled { .. }), _) => {
            ("Nada se copia solo", "Nada se copia solo")
        }
        (_, Some(Reason::Late { .. }), _) => ("La última copia se ha hecho vieja", "La copia se retrasa"),
        (_, Some(Reason::Flagged { .. }), _) => {
            ("Algo ha cambiado más de lo normal", "Un cambio por revisar")
        }
        _ => ("Protegido, con algo por revisar", "Algo por revisar"),
    }
}

pub(crate) fn reason(reason: &Reason) -> &'static str {
    match reason {
        Reason::NoCopy { last: Some(_), .. } => {
            "La última copia buena de {sources} (plan {plan}) es {last}. Lo que haya cambiado desde entonces no está a salvo."
        }
        Reason::NoCopy { last: None, .. } => {
            "No hay ninguna copia buena de {sources} (plan {plan}): lo que hay no está a salvo."
        }
        Reason::RunsFail { .. } => {
            "Las últimas {n} copias del plan {plan} fallaron. Las anteriores siguen a salvo."
        }
        Reason::Flagged { .. } => {
            "{source} (plan {plan}) cambió mucho más de lo normal; no se borra ninguna copia hasta que lo mires."
        }
        Reason::SignedOut { .. } => {
            "La sesión en {destination} ha caducado: hasta que vuelvas a conectar no llegan copias nuevas."
        }
        Reason::Absent { .. } => {
            "{destination} está desconectado desde {since}: las copias nuevas lo esperan."
        }
        Reason::SpaceLow { .. } => "En {destination} solo queda libre el {percent}.",
        Reason::Behind { .. } => "A {destination} le faltan copias por llegar: {n}.",
        Reason::Late { .. } => "La copia de {sources} (plan {plan}) se retrasa; la última es {last}.",
        Reason::NotAway { last: Some(_), .. } => {
            "La copia lejos de {sources} (plan {plan}) es vieja, {last}: un robo o un incendio se llevaría lo de después."
        }
        Reason::NotAway { last: None, .. } => {
            "De {sources} (plan {plan}) no hay copia lejos: un robo o un incendio se lo llevaría."
        }
        Reason::NotNear { last: Some(_), .. } => {
            "La copia cerca de {sources} (plan {plan}) es vieja, {last}."
        }
        Reason::NotNear { last: None, .. } => "De {sources} (plan {plan}) no hay copia cerca.",
        Reason::DrillFailed { .. } => "La restauración probada {at} falló.",
        Reason::DrillOverdue { last: Some(_) } => "La última restauración probada es {last}.",
        Reason::DrillOverdue { last: None } => "Todavía no se ha probado a restaurar ninguna copia.",
        Reason::RecoveryUnconfirmed => "Nadie ha confirmado que guarda la hoja de recuperación.",
        Reason::NoAwayDestination { .. } => {
            "El plan {plan} no tiene destino lejos: un robo o un incendio se llevaría todas las copias."
        }
        Reason::NoNearDestination { .. } => "El plan {plan} no tiene destino cerca: recuperar sería lento.",
        Reason::NotScheduled { .. } => "El plan {plan} no tiene horario.",
        Reason::NothingActive => "Ningún plan está activo.",
        Reason::FirstCopyPending { .. } => "La primera copia del plan {plan} toca {due}.",
        Reason::NoPlan => "No hay ningún plan.",
    }
}

/// A reason that a run is the cause of, with the run's error.
pub(crate) fn because(reason: &Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::NoCopy { last: Some(_), .. } => {
            "La última copia buena de {sources} (plan {plan}) es {last}. {why}."
        }
        Reason::NoCopy { last: None, .. } => "No hay ninguna copia buena de {sources} (plan {plan}). {why}.",
        Reason::RunsFail { .. } => "Las últimas {n} copias del plan {plan} fallaron. {why}.",
        Reason::Late { .. } => "La copia de {sources} (plan {plan}) se retrasa; la última es {last}. {why}.",
        _ => return None,
    })
}

pub(crate) fn action(action: &Action) -> &'static str {
    match action {
        Action::MakePlan => "Crear un plan",
        Action::BackUpNow { .. } => "Copiar ahora",
        Action::SeeFailure { .. } => "Ver qué pasó",
        Action::ReviewChanges { .. } => "Revisar los cambios",
        Action::Reconnect { .. } => "Volver a conectar",
        Action::Connect { .. } => "Conectar el destino",
        Action::MakeRoom { .. } => "Hacer sitio",
        Action::SendNow { .. } => "Enviar ahora",
        Action::SeeDestinations { .. } => "Ver los destinos",
        Action::AddDestination { .. } => "Añadir un destino",
        Action::EditSchedule { .. } => "Poner un horario",
        Action::SeePlans => "Ver los planes",
        Action::TestRestore => "Probar a restaurar",
        Action::ConfirmRecoverySheet => "Confirmar la hoja de recuperación",
    }
}

/// Title and body.
pub(crate) fn alert(cause: &Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Late { .. } => (
            "La copia de {plan} se retrasa",
            "[La última copia buena es {last}. ]Deja el equipo encendido a la hora de la copia, o cópialo ahora.",
        ),
        Cause::NoCopy { .. } => (
            "{plan} no está protegido",
            "[La última copia buena es {last}. ]Lo que haya cambiado desde entonces no está a salvo. Cópialo ahora.",
        ),
        Cause::NoCopyFor { .. } => {
            ("Demasiado tiempo sin copia: {time}", "[La última copia buena es {last}. ]Cópialo ahora.")
        }
        Cause::RunsFail { .. } => (
            "La copia de {plan} no pudo terminar",
            "Han fallado las últimas {n}. Las copias anteriores siguen a salvo. Abre Resguardo para ver por qué.",
        ),
        Cause::Stalled { .. } => (
            "Una operación no avanza",
            "No ha avanzado desde hace {time}. Mira si el destino sigue conectado, o cancélala.",
        ),
        Cause::SpaceLow { .. } => (
            "Queda poco sitio en {destination}",
            "Solo queda libre el {percent}. Haz sitio, o conserva menos copias allí.",
        ),
        Cause::SignedOut { .. } => (
            "La sesión en {destination} ha caducado",
            "Las copias esperan aquí y no se pierde ninguna. Vuelve a conectar.",
        ),
        Cause::SignInExpires { .. } => {
            ("La sesión en {destination} caduca pronto", "Caduca el {at}. Vuelve a conectar antes.")
        }
        Cause::DrillOverdue { .. } => (
            "Hace tiempo que no se prueba a restaurar",
            "[La última restauración probada es {last}. ]Pruébalo ahora: solo una copia que se restaura es una copia.",
        ),
        Cause::DrillFailed { .. } => (
            "La restauración probada falló",
            "La prueba del {at} no devolvió lo que se había copiado. Abre Resguardo para ver qué falta.",
        ),
        Cause::Flagged { .. } => (
            "{source} ha cambiado más de lo normal",
            "La copia del plan {plan} se guardó y no se borra ninguna anterior hasta que digas si el cambio es tuyo.",
        ),
        Cause::Silent { .. } => (
            "{computer} no ha hecho una copia desde hace {days}",
            "La última de la que se sabe en {destination} es del {at}. Mira si ese equipo está encendido y conectado.",
        ),
        Cause::Disbelieved { doubt, .. } => {
            ("No se puede creer lo que {destination} dice de {computer}", disbelieved(*doubt))
        }
    }
}

/// Why what stands under another computer's name is not believed, and what to do.
fn disbelieved(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::OtherKey => {
            "Está firmado con una clave que no es la de ese equipo. Si se instaló de nuevo, dilo; si no, averigua quién puede escribir allí."
        }
        Doubt::BadSignature => {
            "La firma no encaja: alguien o algo lo cambió. Averigua quién puede escribir allí."
        }
        Doubt::Unsigned => {
            "Ya no está firmado, como lo estaba antes. Mira en ese equipo si su almacén de claves está abierto."
        }
        Doubt::Older => {
            "Es más antiguo que lo que había antes: alguien o algo puso en su lugar un estado viejo."
        }
        Doubt::Unreadable => "No se puede leer. Se escribe de nuevo cuando ese equipo haga su próxima copia.",
    }
}

/// The button of a notice: about trouble, about anything else.
pub(crate) const LINK: (&str, &str) = ("Arreglar", "Abrir Resguardo");

/// Title and body.
pub(crate) const ALL_GOOD: (&str, &str) = ("Todo vuelve a estar en orden", "Lo que avisamos está resuelto.");
/// Title and body.
pub(crate) const RUN_FAILED: (&str, &str) = (
    "La copia de {plan} no pudo terminar",
    "Falló el {at}. Las copias anteriores siguen a salvo, y lo intentamos otra vez en la próxima fecha. Abre Resguardo para ver por qué.",
);
/// Title and body.
pub(crate) const FIRST_COPY: (&str, &str) = (
    "Primera copia de {plan} terminada",
    "Hecha el {at}: {files}. A partir de ahora solo avisamos si algo va mal, y una vez a la semana.",
);
/// Title and body.
pub(crate) const CHANNEL_TEST: (&str, &str) =
    ("Prueba de Resguardo", "Los avisos por {channel} llegan. No hay nada que hacer.");
pub(crate) const PLAN: &str = "Plan";
pub(crate) const FILES: (&str, &str) = ("archivo", "archivos");
pub(crate) const BACKUPS: (&str, &str) = ("copia", "copias");
pub(crate) const WEEK: &str = "La semana: {title}";
pub(crate) const PLAN_WEEK: &str =
    "{plan}: {good}.[ Sin terminar: {failed}.][ La última, del {newest} ({size}; en total ocupan {stored}).]";

/// The page at a destination.
pub(crate) const PAGE: PageTexts = PageTexts {
    language: "Español",
    heading: "Copias del equipo {computer}",
    made: "Hecha el {at}",
    stale: "Esta página se escribe de nuevo después de cada copia. Si una próxima de las de abajo tenía que hacerse hace más de un día, enciende ese equipo y mira por qué no se hizo.",
    plans: "Planes",
    last: "Última copia buena",
    never: "todavía ninguna",
    places: "Dónde",
    nowhere: "todavía en ningún sitio",
    kept: "Copias guardadas",
    next: "Próxima",
    no_next: "sin horario",
    paused: "en pausa",
    paused_until: "en pausa hasta el {at}",
    destinations: "Destinos",
    this_one: "este",
    waiting: "Por llegar",
    absent: "Desconectado desde el",
    recovery: "Recuperar las cosas sin el programa",
    recovery_text: "Las copias son archivos ZIP corrientes. En la carpeta de cada plan, junto a esta página, un texto explica paso a paso cómo abrirlas en cualquier equipo:",
    recovery_elsewhere: "Ninguno de los planes guarda ya sus copias aquí.",
    by: "Escrita por Resguardo {version}.",
};

/// Where an operation stands.
pub(crate) fn operation_state(state: OperationState) -> &'static str {
    match state {
        OperationState::Queued => "en espera de turno",
        OperationState::Running => "trabajando",
        OperationState::Cancelling => "deteniéndose",
        OperationState::Succeeded => "hecho",
        OperationState::SucceededWithIssues => "hecho, con problemas",
        OperationState::Failed => "no pudo terminar",
        OperationState::Cancelled => "detenido",
        OperationState::Interrupted => "interrumpido",
    }
}

/// What an operation does.
pub(crate) fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::BackUp => "copia",
        Verb::Upload => "envío",
        Verb::Verify => "comprobación",
        Verb::Drill => "restauración de prueba",
        Verb::Restore => "restauración",
        Verb::Undo => "deshacer una restauración",
        Verb::Prune => "borrado de copias antiguas",
        Verb::Rebuild => "lectura de destinos",
        Verb::Export => "exportación",
    }
}

/// The headings of the table of operations.
pub(crate) const OPERATION_HEADINGS: [&str; 11] = [
    "Empezó",
    "Terminó",
    "Segundos",
    "Plan",
    "Qué",
    "Cómo acabó",
    "Archivos",
    "Bytes",
    "Bytes nuevos",
    "Problemas",
    "Por qué",
];
