/** The world behind the scripted engine: a dental clinic on 12 March 2026, and what may be wrong with it. */
import { locale, systemLanguage } from "../../words/language.svelte.ts";
import type {
  AgentView,
  AlertView,
  ChannelView,
  ComputerView,
  DestinationView,
  DoctorFinding,
  EntryRow,
  Events,
  NoticeSettings,
  OperationRow,
  Pauses,
  Plan,
  Sample,
  SnapshotView,
  Startup,
  StatusTold,
  Told,
  Topic,
  UpdateView,
  UploadView,
  Verb,
  WindowSettings,
} from "../bindings.ts";
import { clinicDestinations, clinicOperations, clinicPlans, clinicSnapshots, clinicSources } from "./clinic.ts";
import { scenarios } from "./scenarios.ts";
import { clinicFound, type Found } from "./suggestions.ts";

/** A folder with more in it than is worth writing down. */
export interface Large {
  total: number;
  row: (place: number) => EntryRow;
}

/** Everything that the scripted engine knows. */
export interface World {
  plans: Plan[];
  destinations: DestinationView[];
  snapshots: SnapshotView[];
  operations: OperationRow[];
  uploads: UploadView[];
  alerts: AlertView[];
  channels: ChannelView[];
  /** Addresses and passwords, by channel: what the engine keeps and never tells. */
  secrets: Record<string, string>;
  notices: NoticeSettings;
  settings: WindowSettings;
  startup: Startup;
  /** What the makers announce. */
  update: UpdateView;
  /** What the system refuses when the start is changed, in its own words. */
  refused: string[];
  pauses: Pauses;
  running: Events["running"];
  /** What ran ten seconds ago: from it and what runs now the window measures the speed. */
  before: Events["running"];
  computers: ComputerView[];
  agent: Pick<AgentView, "running" | "clock_doubt" | "trouble">;
  findings: DoctorFinding[];
  /** What `status.tell` answers, by language. */
  status: (language: "es" | "en") => StatusTold;
  /** What lies in folders of a snapshot, by path. */
  folders: Record<string, EntryRow[]>;
  /** Folders of a snapshot that are too large for that, by path. */
  large: Record<string, Large>;
  /** Of what a restore is asked for, so many files are not there any more. */
  gone: number;
  /** What is found on the computer. */
  found: Found;
  /** Told of each operation that begins. */
  began: (id: string, verb: Verb) => void;
  /** Answers of the pickers, in order. */
  picks: string[];
  /** What was shown in the file manager. */
  revealed: string[];
  /** Files that were written. */
  saved: string[];
  /** How large the window shows everything. */
  zoom: number;
  /** Every call with its request. */
  calls: [string, unknown][];
  /** Commands that fail, and with what. */
  failing: Map<string, Told>;
  /** Commands that never answer. */
  silent: Set<string>;
  /** How far a look at a restore is that does not come to its end. */
  comparing: Sample | null;
  sequence: number;
  /** Tells the window that something changed. */
  changed: (...topics: Topic[]) => void;
}

/** Makes the world of a scenario (names in `scenarios.ts`). */
export function makeWorld(scenario: string, language: string | null = null): World {
  const chosen = language === "es" || language === "en" ? language : "auto";
  locale.language = chosen === "auto" ? systemLanguage() : chosen;
  const world: World = {
    plans: clinicPlans(),
    destinations: clinicDestinations(),
    snapshots: clinicSnapshots(),
    operations: clinicOperations(),
    uploads: [],
    alerts: [],
    channels: [{ id: "channel-1", name: "desktop", on: true, config: { type: "desktop" }, waiting: 0, trouble: null }],
    secrets: {},
    notices: { digest: true, language: null, no_copy_hours: 24, stall_minutes: 30, sign_in_days: 7, silent_days: 3 },
    settings: { language: chosen, theme: "system", text_size: null, stay: true, first_run_done: true },
    startup: { at_login: true, watchdog: true },
    update: { looks: false, newer: null },
    refused: [],
    pauses: { all: null, plans: {} },
    running: [],
    before: [],
    computers: [],
    agent: { running: true, clock_doubt: null, trouble: null },
    findings: [],
    status: scenarios.protectedStatus,
    folders: clinicSources(),
    large: {},
    gone: 37,
    found: clinicFound(),
    began: () => undefined,
    picks: [],
    revealed: [],
    saved: [],
    zoom: 1,
    calls: [],
    failing: new Map(),
    silent: new Set(),
    comparing: null,
    sequence: 0,
    changed: () => undefined,
  };
  const set = scenarios.worlds[scenario];
  if (!set) throw new Error(`no scenario is called ${scenario}`);
  set(world);
  return world;
}
