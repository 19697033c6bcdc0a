/**
 * The first steps: what is chosen in each, and the way between them. The choices outlive a reload; what was found on the computer
 * outlives a step.
 */
import type { PlanDraft } from "../../shared/ipc/bindings.ts";
import { host } from "../../shared/ipc/client.ts";
import { failureOf } from "../../shared/ipc/failure.ts";
import { clock } from "../../shared/clock.ts";
import { Kept } from "../../shared/kept.svelte.ts";
import { preferences } from "../../shared/preferences.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { Findings } from "./findings.svelte.ts";
import { protect, problemOf, type Fault } from "./protect.ts";
import { databaseRows, folderRows, isChosen, totalOf, type SourceChoices, type SourceRow } from "./what.ts";
import { chosenMode, kept, schedulesOf, usual, type Mode, type When } from "./when.ts";
import { freeName, partSize, placesOf, qualityOf, type Place, type PlaceChoices } from "./where.ts";
import { words } from "./words.ts";

/** The steps, in their order; each is a page of its own. */
export const steps = ["what", "where", "when", "copy"] as const;
/** A step. */
export type Step = (typeof steps)[number];

/** What a person chose. */
export interface Choices {
  readonly what: SourceChoices;
  readonly where: PlaceChoices;
  readonly when: When;
  /** The plan's name, where it is not the one that was proposed. */
  readonly name: string | null;
  /** The plan that was made of it. */
  readonly plan: string | null;
  /** Its first copy. */
  readonly copy: string | null;
  /** The proof that the copy comes back. */
  readonly proof: string | null;
}

const nothing: Choices = {
  what: { ticks: {}, folders: [], files: [] },
  where: { ticks: {}, nearness: {}, folders: [] },
  when: usual,
  name: null,
  plan: null,
  copy: null,
  proof: null,
};

class Setup {
  readonly findings = new Findings();
  /** What kept the last step forward from being taken. */
  fault = $state.raw<Fault>();
  busy = $state(false);
  /** Whether a person is asked if they want to leave. */
  leaving = $state(false);
  #kept = new Kept<Choices>("welcome", nothing);
  #moving = false;

  readonly folders = $derived.by(() => folderRows(this.findings.found, this.choices.what));
  readonly files = $derived.by(() => databaseRows(this.findings.found, this.choices.what, this.folders));
  readonly total = $derived(totalOf([...this.folders, ...this.files]));
  readonly spots = $derived.by(() => placesOf(this.findings.places.data ?? [], this.choices.where));
  readonly quality = $derived(qualityOf(this.spots, this.total.bytes));
  readonly name = $derived.by(() => this.choices.name ?? freeName(this.findings.computer.data?.name ?? "", []));

  get choices(): Choices {
    return this.#kept.value;
  }

  /** Whether leaving would surprise: somebody chose something, and no plan has been made of it. */
  get dirty(): boolean {
    return this.choices.plan === null && JSON.stringify(this.choices) !== JSON.stringify(nothing);
  }

  /** Looks around on the computer. */
  look(): Promise<void> {
    return this.findings.look(this.choices.what.folders);
  }

  change(changes: Partial<Choices>): void {
    this.#kept.value = { ...this.choices, ...changes };
    this.fault = undefined;
  }

  tickSource(row: SourceRow, on: boolean): void {
    const { what } = this.choices;
    this.change({ what: { ...what, ticks: { ...what.ticks, [row.path]: on } } });
  }

  async addFolder(): Promise<void> {
    const path = await host().pickFolder({ title: words().addFolderTitle });
    if (path === null) return;
    const { what } = this.choices;
    const folders = what.folders.includes(path) ? what.folders : [...what.folders, path];
    this.change({ what: { ...what, folders, ticks: { ...what.ticks, [path]: true } } });
    void this.findings.count(path);
  }

  async addFile(): Promise<void> {
    const path = await host().pickFile({ title: words().addFileTitle, extensions: ["db", "sqlite", "sqlite3", "db3"] });
    if (path === null) return;
    const { what } = this.choices;
    const files = what.files.includes(path) ? what.files : [...what.files, path];
    this.change({ what: { ...what, files, ticks: { ...what.ticks, [path]: true } } });
  }

  tickPlace(place: Place, on: boolean): void {
    const { where } = this.choices;
    this.change({ where: { ...where, ticks: { ...where.ticks, [place.path]: on } } });
  }

  /** Says whether a place is here or away. */
  movePlace(path: string, nearness: Place["nearness"]): void {
    const { where } = this.choices;
    this.change({ where: { ...where, nearness: { ...where.nearness, [path]: nearness } } });
  }

  async addPlace(nearness: Place["nearness"]): Promise<void> {
    const path = await host().pickFolder({ title: words().addPlaceTitle });
    if (path === null) return;
    const { where } = this.choices;
    const known = this.spots.some((place) => place.path === path);
    this.change({
      where: {
        folders: known ? where.folders : [...where.folders, path],
        ticks: { ...where.ticks, [path]: true },
        nearness: { ...where.nearness, [path]: nearness },
      },
    });
  }

  choose(mode: Mode): void {
    this.change({ when: chosenMode(mode, this.choices.when) });
  }

  /** Changes when copies are made; what is no longer one of the usual ways is one's own. */
  set(changes: Partial<When>): void {
    this.change({ when: { ...this.choices.when, ...changes } });
  }

  /** The plan as it is chosen; places by their folders. */
  get draft(): PlanDraft {
    const rows = [...this.folders, ...this.files].filter(isChosen);
    const paths = (kind: SourceRow["kind"]) => rows.filter((row) => row.kind === kind).map((row) => row.path);
    const zone = this.findings.computer.data?.zone ?? clock.zone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      name: this.name.trim(),
      folders: paths("folder"),
      sqlite: paths("sqlite"),
      to: this.spots.filter((place) => place.on).map((place) => place.folder),
      schedules: schedulesOf(this.choices.when, zone),
      retention: kept,
      part_size: partSize(this.spots),
    };
  }

  /** Takes the step after this one, unless something at this one is not right. */
  async next(step: Exclude<Step, "copy">): Promise<void> {
    await this.#work(async () => {
      await this.findings.know(step);
      const fault = this.#missing(step) ?? (await problemOf(this.draft, this.choices.plan, step));
      if (fault) return this.#show(fault);
      if (step !== "when") return this.go(steps[steps.indexOf(step) + 1]);
      await this.#protect();
    });
  }

  /** What this window itself knows to be missing. */
  #missing(step: Step): Fault | undefined {
    if (step === "what" && !this.folders.some(isChosen) && !this.files.some(isChosen)) {
      return { step, field: "sources", text: words().nothingChosen };
    }
    if (step === "where" && !this.spots.some((place) => place.on)) {
      return { step, field: "to", text: words().noPlaceChosen };
    }
    return undefined;
  }

  async #protect(): Promise<void> {
    const places = this.spots.filter((place) => place.on);
    const made = await protect(this.draft, places, this.choices.plan, (plan) => this.change({ plan }));
    if ("step" in made) return this.#show(made);
    this.change({ plan: made.plan, name: made.plan, copy: made.copy, proof: null });
    this.go("copy");
  }

  #show(fault: Fault): void {
    if (fault.step !== router.now.path[0]) this.go(fault.step);
    this.fault = fault;
  }

  async #work(task: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = undefined;
    try {
      await task();
    } finally {
      this.busy = false;
    }
  }

  /** Goes to a step; without one, to the two doors. */
  go(step: Step | "recover" | undefined): void {
    this.fault = undefined;
    this.#move("welcome", step === undefined ? [] : [step]);
  }

  #move(section: "welcome" | "home" | "restore", path: readonly string[] = []): void {
    this.#moving = true;
    router.go(section, path);
    this.#moving = false;
  }

  /** Asked by the router before the wizard is left. */
  mayLeave(): boolean {
    if (this.#moving || !this.dirty) return true;
    this.leaving = true;
    return false;
  }

  /** “Not now”: asks first when something was chosen. */
  later(): void {
    if (this.dirty) this.leaving = true;
    else void this.putOff();
  }

  stay(): void {
    this.leaving = false;
    router.stay();
  }

  /** Puts the first steps off; what was chosen stays for as long as the window is open. */
  async putOff(): Promise<void> {
    this.leaving = false;
    await this.#done();
    router.leave("home");
  }

  /** The first steps are over. */
  async finish(to: "home" | "restore" = "home"): Promise<void> {
    await this.#done();
    this.#move(to);
    this.reset();
  }

  async #done(): Promise<void> {
    try {
      if (!preferences.kept.first_run_done) await preferences.change({ first_run_done: true });
    } catch (thrown) {
      // The first steps will be offered once more at the next start; that is no reason to stay in them now.
      toasts.say(failureOf(thrown).told.title, "circle-x");
    }
  }

  /** Begins anew. */
  reset(): void {
    this.#kept.forget(nothing);
    this.findings.forget();
    this.fault = undefined;
    this.leaving = false;
    this.busy = false;
  }
}

/** The one set of first steps of the window. */
export const setup = new Setup();
