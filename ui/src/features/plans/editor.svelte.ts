/** The editor of one plan: its form, the way back through the changes, what the engine foretells of it, saving. */
import { call } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import type { PlanDraft, PlanPreview } from "../../shared/ipc/bindings.ts";
import { Kept } from "../../shared/kept.svelte.ts";
import { draftOf, formOf, partOf, samePlan, type Part, type PlanForm, type ScheduleRow } from "./form.ts";
import { mistakeOf, mistakeOfFailure, type Mistake } from "./mistakes.ts";

/** Changes that follow each other within this time are foretold once. */
const PAUSE_MS = 200;
/** Steps back. */
const MOST_STEPS = 100;
/** Runs to show. */
const DATES = 5;

/** The names of the draft's fields, by those of the form. */
const fields: Record<keyof PlanForm, string> = {
  name: "name",
  folders: "folders",
  sqlite: "sqlite",
  exclude: "exclude",
  include: "include",
  defaultExcludes: "default_excludes",
  oneFileSystem: "one_file_system",
  maxSize: "max_size",
  maxAgeDays: "max_age_days",
  to: "to",
  schedules: "schedules",
  retention: "retention",
  level: "level",
  partSize: "part_size",
};

/** The editor of a plan, or of one to come. */
export class PlanEditor {
  /** The plan's name as the engine has it; `null` for a new one. */
  readonly plan: string | null;
  preview = $state.raw<PlanPreview>();
  /** Why nothing could be foretold. */
  unforeseen = $state.raw<Failure>();
  /** Why it could not be saved, when no field is at fault. */
  failure = $state.raw<Failure>();
  saving = $state(false);
  part = $state<Part>("what");
  #base = $state.raw() as PlanForm;
  readonly #kept: Kept<PlanForm>;
  #steps = $state.raw<readonly PlanForm[]>([]);
  #mistakes = $state.raw<readonly Mistake[]>([]);
  /** For what saving was refused; it stands until something changes. */
  #refusal = $state.raw<Mistake>();
  /** Fields whose mistakes are told: nobody is scolded for what they have not come to yet. */
  #touched = $state.raw<ReadonlySet<string>>(new Set());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(plan: string | null, draft: PlanDraft, part: Part = "what") {
    this.plan = plan;
    this.part = part;
    this.#base = formOf(draft);
    this.#kept = new Kept(`plan:${plan ?? ""}`, this.#base);
  }

  /** What is on screen. */
  get form(): PlanForm {
    return this.#kept.value;
  }

  /** What the engine has. */
  get base(): PlanForm {
    return this.#base;
  }

  /** Whether something is not saved yet. */
  get changed(): boolean {
    return !samePlan(this.form, this.#base);
  }

  /** Whether there is a change to take back. */
  get canUndo(): boolean {
    return this.#steps.length > 0;
  }

  /** Takes in what the engine has now, unless somebody is changing it here. */
  heard(draft: PlanDraft): void {
    const now = formOf(draft);
    if (samePlan(now, this.#base)) return;
    const untouched = !this.changed;
    this.#base = now;
    if (untouched) this.#kept.forget(now);
    void this.foretell();
  }

  /** Changes fields of the form. */
  change(changes: Partial<PlanForm>): void {
    this.#steps = [...this.#steps, this.form].slice(-MOST_STEPS);
    const named = (Object.keys(changes) as (keyof PlanForm)[]).map((key) => fields[key]);
    this.#touched = new Set([...this.#touched, ...named]);
    this.#set({ ...this.form, ...changes });
  }

  /** Changes one schedule. */
  changeSchedule(id: number, change: (row: ScheduleRow) => ScheduleRow): void {
    this.change({ schedules: this.form.schedules.map((row) => (row.id === id ? change(row) : row)) });
  }

  /** Takes the last change back. */
  undo(): boolean {
    const last = this.#steps.at(-1);
    if (!last) return false;
    this.#steps = this.#steps.slice(0, -1);
    this.#set(last);
    return true;
  }

  /** Goes back to what the engine has. */
  discard(): void {
    const before = this.form;
    this.forget();
    this.#steps = [...this.#steps, before].slice(-MOST_STEPS);
    void this.foretell();
  }

  /** Forgets what was not saved, also for the next time. */
  forget(): void {
    this.failure = undefined;
    this.#refusal = undefined;
    this.#kept.forget(this.#base);
  }

  /** Asks the engine what the draft would do, and what is wrong with it. */
  async foretell(): Promise<void> {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    const draft = draftOf(this.form);
    try {
      const preview = await call("plans.preview", { draft, plan: this.plan, dates: DATES });
      const mistakes = await Promise.all(preview.problems.map((problem) => mistakeOf(problem, draft)));
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.#mistakes = mistakes;
      this.unforeseen = undefined;
    } catch (thrown) {
      if (asked === this.#asked) this.unforeseen = failureOf(thrown);
    }
  }

  /** Saves; answers the saved plan's name, or `undefined` when something is wrong, which is shown then. */
  async save(): Promise<string | undefined> {
    if (this.saving) return undefined;
    this.saving = true;
    this.failure = undefined;
    const draft = draftOf(this.form);
    try {
      const plan = await call("plans.replace", { name: this.plan, draft });
      this.#saved(draft);
      return plan.name;
    } catch (thrown) {
      this.#refused(failureOf(thrown));
      return undefined;
    } finally {
      this.saving = false;
    }
  }

  /** What is wrong with a field, or with one element of it. */
  mistake(field: string, index: number | null = null): string | undefined {
    if (!this.#isTold(field)) return undefined;
    return this.#all().find((each) => each.field === field && each.index === index)?.text;
  }

  /** What is wrong with a schedule: the engine counts those that are on. */
  scheduleMistake(id: number): string | undefined {
    const index = this.form.schedules.findIndex((row) => row.id === id);
    return index < 0 ? undefined : this.mistake("schedules", index);
  }

  /** Whether a part has something to correct. */
  isWrong(part: Part): boolean {
    return this.#all().some((each) => partOf(each.field) === part && this.#isTold(each.field));
  }

  /** The timer ends with the screen. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #all(): readonly Mistake[] {
    return this.#refusal ? [this.#refusal, ...this.#mistakes] : this.#mistakes;
  }

  #isTold(field: string): boolean {
    return this.plan !== null || this.#touched.has(field);
  }

  #set(form: PlanForm): void {
    this.#refusal = undefined;
    this.#kept.value = form;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.foretell(), PAUSE_MS);
  }

  /** What was changed while it was being saved stays. */
  #saved(draft: PlanDraft): void {
    this.#base = formOf(draft);
    if (!samePlan(this.form, this.#base)) return;
    this.#steps = [];
    this.forget();
  }

  #refused(failure: Failure): void {
    this.#touched = new Set(Object.values(fields));
    const mistake = mistakeOfFailure(failure, draftOf(this.form));
    if (!mistake || !this.#touched.has(mistake.field)) {
      this.failure = failure;
      return;
    }
    this.#refusal = mistake;
    this.part = partOf(mistake.field) ?? this.part;
  }
}
