/** The states of the business that the home screen and the destinations are looked at in. */
import type { Operation, Phase, RunningOperation, StatusTold } from "../bindings.ts";
import { hoursFromNow, type Both } from "./handlers.ts";
import { runRow, runSnapshot, sourceGone, type FakeRun } from "./runs.ts";
import { withChannels } from "./channels.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

const GB = 1_000_000_000;
const USB = "Disco USB Copias";
const HOUSE = "Servidor de casa";
const NAS = "nas-robles";
const away = { plan: "plan-1", name: "Consultorio", places: [USB, HOUSE] };
const images = { plan: "plan-2", name: "Radiografías e imágenes", places: [USB, NAS] };

/** Thirty runs of each plan; `change` makes some of the first plan's other ones. */
function runs(world: World, change: (run: FakeRun, number: number) => FakeRun = (run) => run): void {
  const all = Array.from({ length: 30 }, (_, number) => number);
  const first = all.map((number): FakeRun => {
    const run: FakeRun = { ...away, hours: (number - 29) * 24 - 2.766 };
    if ([4, 11, 18, 25].includes(number)) run.kind = "full";
    if (number === 15) run.state = "failed";
    return change(run, number);
  });
  const second = all.map((number): FakeRun => {
    const run: FakeRun = { ...images, hours: (number - 29) * 12 - 3, bytes: 38_000_000 };
    if (number === 6 || number === 19) run.kind = "full";
    return run;
  });
  const good = (run: FakeRun) => !run.state?.includes("fail");
  world.snapshots = [first, second].flatMap((each) =>
    each.map(runSnapshot).filter((_, at) => each[at] && good(each[at])),
  );
  world.snapshots.sort((a, b) => a.created_at.localeCompare(b.created_at));
  world.operations = [...first.map(runRow), ...second.map(runRow), drill()];
  world.operations.sort((a, b) => b.started_at.localeCompare(a.started_at));
}

function drill() {
  const report = {
    snapshot: "s",
    name: "s",
    destination: HOUSE,
    extent: "sample",
    files: 25,
    bytes: 9e8,
    databases: 1,
  };
  const row = runRow({ ...away, hours: -76 }, 900);
  return { ...row, id: "drill-1", verb: "drill" as const, result: JSON.stringify(report) };
}

/** The day of the mockups: all is well, the second plan's last copy is on its way. */
function clinic(world: World): void {
  runs(world);
  world.uploads = [
    { snapshot: "plan-2-snap-29", name: "backup_daily_29", destination: NAS, sent: 0.645 * GB, size: GB, error: null },
  ];
  world.destinations = world.destinations.map((place) => (place.name === NAS ? { ...place, waiting: 1 } : place));
}

function told(state: StatusTold["state"], title: Both, word: Both, lines: [StatusTold["lines"][number], Both, Both][]) {
  return (language: "es" | "en"): StatusTold => ({
    state,
    title: title[language],
    word: word[language],
    lines: lines.map(([line, sentence, label]) => ({ ...line, sentence: sentence[language], label: label[language] })),
  });
}

const line = (reason: StatusTold["lines"][number]["reason"], action: StatusTold["lines"][number]["action"]) => ({
  reason,
  action,
  sentence: "",
  label: "",
});

/** The server of the house is away for six days. */
function warning(world: World): void {
  runs(world, (run, number) => (number > 23 ? { ...run, waiting: [HOUSE] } : run));
  const since = hoursFromNow(-6 * 24 + 9.2);
  world.destinations = world.destinations.map((place) =>
    place.name === HOUSE ? { ...place, connected: false, space: null, waiting: 6 } : place,
  );
  world.status = told(
    "needs_attention",
    { es: "Protegido aquí, pero no fuera", en: "Protected here, but not away" },
    { es: "Falta la copia de fuera", en: "No backup away" },
    [
      [
        line({ reason: "absent", destination: "place-2", since }, { action: "connect", destination: "place-2" }),
        {
          es: "«Servidor de casa» está desconectado desde el viernes 6 a las 20:00: las copias nuevas lo esperan.",
          en: "“Servidor de casa” has been disconnected since Friday at 8:00 PM: new backups wait for it.",
        },
        { es: "Conectar el destino", en: "Connect the destination" },
      ],
    ],
  );
}

/** The server of the house takes no copies for days, and no restore was tested for weeks: two things at once. */
function several(world: World): void {
  runs(world, (run, number) => (number > 23 ? { ...run, waiting: [HOUSE] } : run));
  world.destinations = world.destinations.map((place) => (place.name === HOUSE ? { ...place, waiting: 6 } : place));
  world.status = told(
    "needs_attention",
    { es: "Protegido aquí, pero no fuera", en: "Protected here, but not away" },
    { es: "Falta la copia de fuera", en: "No backup away" },
    [
      [
        line({ reason: "behind", destination: "place-2", archives: 6 }, { action: "send_now", destination: "place-2" }),
        {
          es: "A «Servidor de casa» le faltan copias por llegar: 6.",
          en: "Backups still to reach “Servidor de casa”: 6.",
        },
        { es: "Enviar ahora", en: "Send now" },
      ],
      [
        line({ reason: "drill_overdue", last: hoursFromNow(-24 * 38) }, { action: "test_restore" }),
        {
          es: "La última restauración probada es del 2 feb 2026.",
          en: "The last restore test is from Feb 2, 2026.",
        },
        { es: "Probar a restaurar", en: "Test a restore" },
      ],
    ],
  );
}

/** A database cannot be found for four days. */
function failure(world: World): void {
  runs(world, (run, number) =>
    number > 25 ? { ...run, state: "failed", error: sourceGone } : number === 15 ? { ...run, state: "succeeded" } : run,
  );
  const last = hoursFromNow(-4 * 24 - 2.766);
  world.status = told(
    "not_protected",
    { es: "Tu negocio no está protegido", en: "Your business is not protected" },
    { es: "Sin protección", en: "Not protected" },
    [
      [
        line(
          { reason: "no_copy", plan: "plan-1", sources: ["source-3"], last, failures: 4 },
          { action: "see_failure", plan: "plan-1" },
        ),
        {
          es: "La última copia buena de «inventario» (plan «Consultorio») es del domingo 8 a las 08:02. No está lo que hay que copiar: /home/marta/datos/inventario.db.",
          en: "The last good backup of “inventario” (plan “Consultorio”) is from Sunday at 8:02 AM. What should be backed up is not there: /home/marta/datos/inventario.db.",
        },
        { es: "Ver qué pasó", en: "See what happened" },
      ],
    ],
  );
}

function running(verb: Operation["verb"], phase: Phase, bytes: number, entries: number): RunningOperation {
  const operation: Operation = {
    id: "op-running",
    run: "op-running",
    verb,
    plan: "plan-1",
    snapshot: null,
    state: "running",
    started_at: hoursFromNow(-0.03),
    ended_at: null,
    progress: null,
    error: null,
    issues: [],
    issue_count: 0,
    result: null,
  };
  const current = "files/Documentos/Presupuestos/2026/Presupuesto_ortodoncia_Fernández-Villaverde.pdf";
  const sample = { phase, entries, bytes, total_entries: 18_902, total_bytes: 9.4 * GB, issues: 0, current };
  return { operation, sample, paused: false };
}

/** A copy of the first plan runs. */
function copying(world: World): void {
  runs(world);
  world.operations = [
    { ...runRow({ ...away, hours: -0.03 }, 30), state: "running", result: null },
    ...world.operations,
  ];
  world.before = [running("back_up", "archive", 5.77 * GB, 11_900)];
  world.running = [running("back_up", "archive", 6.15 * GB, 12_418)];
}

/** Everything is paused until tomorrow. */
function paused(world: World): void {
  clinic(world);
  world.pauses = { all: { until: hoursFromNow(21.2) }, plans: { "plan-2": { until: null } } };
}

/** More plans than are copied without a question. */
function manyPlans(world: World): void {
  runs(world);
  const names = ["Contabilidad", "Fotos de la fachada"];
  const [plan] = world.plans;
  if (plan) world.plans.push(...names.map((name, at) => ({ ...plan, id: `plan-${at + 3}`, name })));
}

/** Other computers, a destination that is nearly full, one that nobody uses. */
function crowded(world: World): void {
  warning(world);
  world.destinations.push({
    id: "place-4",
    name: "Disco viejo",
    kind: "local",
    nearness: "near",
    root: "/media/marta/Viejo",
    connected: true,
    space: { free: 21 * GB, total: 500 * GB },
    waiting: 0,
    plans: [],
  });
  const base = {
    destinations: [NAS],
    version: "0.1.0",
    signed: true,
    silent_days: null,
    doubt: null,
    dismissed: false,
  };
  world.computers = [
    {
      ...base,
      id: "computer-2",
      name: "Consulta-2",
      told_at: hoursFromNow(-14),
      last_copy: hoursFromNow(-14),
      state: "protected",
    },
    {
      ...base,
      id: "computer-3",
      name: "Portátil Marta",
      told_at: hoursFromNow(-24 * 9),
      last_copy: hoursFromNow(-24 * 9),
      state: "needs_attention",
      silent_days: 9,
    },
    {
      ...base,
      id: "computer-4",
      name: "Recepción vieja",
      told_at: null,
      last_copy: null,
      state: null,
      doubt: "other_key",
    },
  ];
}

/** The scenarios by name. */
export const states: Record<string, Scenario> = {
  clinic,
  warning,
  several,
  failure,
  copying,
  paused,
  crowded,
  channels: withChannels,
  "many-plans": manyPlans,
};
