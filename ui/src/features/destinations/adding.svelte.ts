/** A destination that is being added: chosen, named, tried out, and only then kept. */
import type { Nearness, PlaceSuggestion } from "../../shared/ipc/bindings.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { Kept } from "../../shared/kept.svelte.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { words } from "./words.ts";

/** What a person has said so far. */
export interface Draft {
  /** Nothing until a place was chosen. */
  readonly folder: string | null;
  readonly name: string;
  readonly nearness: Nearness;
  /** Plans that will not copy here. */
  readonly without: readonly string[];
}

const EMPTY: Draft = { folder: null, name: "", nearness: "near", without: [] };
const NAME_KINDS: readonly string[] = ["already_exists"];

/** The form. Made while its component is. */
export class Adding {
  readonly places = query("suggestions.places", () => ({}));
  readonly known = query("destinations.list", () => ({}));
  readonly plans = query("plans.list", () => ({}));
  readonly #kept = new Kept<Draft>("new-destination", EMPTY);
  busy = $state(false);
  failure = $state.raw<Failure>();
  /** Whether it was tried with what is missing. */
  #tried = $state(false);

  get draft(): Draft {
    return this.#kept.value;
  }

  change(changes: Partial<Draft>): void {
    this.#kept.value = { ...this.#kept.value, ...changes };
    this.failure = undefined;
  }

  forget(): void {
    this.#tried = false;
    this.#kept.forget(EMPTY);
  }

  /** The place below which the folder is, when it is one that was found. */
  readonly place = $derived.by(() => {
    const folder = this.draft.folder;
    const found = this.places.data?.filter((place) => folder !== null && isBelow(folder, place.path)) ?? [];
    return found.sort((a, b) => b.path.length - a.path.length)[0];
  });

  /** The field at which the mistake stands; what belongs to no field is told above. */
  readonly wrongField = $derived.by((): "name" | "folder" | undefined => {
    if (!this.failure) return undefined;
    if (this.failure.field === "name" || NAME_KINDS.includes(this.failure.told.kind)) return "name";
    const kind = this.failure.told.kind;
    const folder = ["folder", "local", "path"].includes(this.failure.field ?? "") || kind.startsWith("destination_");
    return folder || ["io", "permission_denied", "disk_full", "invalid_input"].includes(kind) ? "folder" : undefined;
  });

  /** Fields that nothing stands in. */
  readonly missing = $derived.by((): Partial<Record<"name" | "folder", string>> => {
    const { folder, name } = this.draft;
    return {
      ...(folder?.trim() === "" ? { folder: words().folderMissing } : {}),
      ...(name.trim() === "" ? { name: words().nameMissing } : {}),
    };
  });

  errorAt(field: "name" | "folder"): string | undefined {
    if (this.#tried && this.missing[field] !== undefined) return this.missing[field];
    if (!this.failure || this.wrongField !== field) return undefined;
    return `${this.failure.told.title}. ${this.failure.told.hint}`;
  }

  /** Whether it is a destination already. */
  isUsed(place: PlaceSuggestion): boolean {
    return (this.known.data ?? []).some((known) => isBelow(known.root, place.path) && !place.same_disk);
  }

  /** Takes a place that was found: a folder of our own on it, named as the place is. */
  take(place: PlaceSuggestion): void {
    const separator = place.path.includes("\\") ? "\\" : "/";
    const folder = `${place.path.replace(/[/\\]$/, "")}${separator}Resguardo`;
    this.change({ folder, name: this.freeName(place.label), nearness: "near" });
  }

  /** Lets a person choose any folder; the name that stands there already stays. */
  async pick(): Promise<void> {
    const folder = await host().pickFolder({ title: words().pick });
    if (folder === null) return;
    const last = folder.split(/[/\\]/).filter(Boolean).at(-1) ?? folder;
    this.change({ folder, name: this.draft.name || this.freeName(last) });
  }

  /** Adds it and tries it out; what doesn't work leaves everything as it was. Answers whether it is kept. */
  async save(): Promise<boolean> {
    this.#tried = true;
    if (Object.keys(this.missing).length > 0) return false;
    const { folder, name, nearness } = this.draft;
    const back: (() => Promise<unknown>)[] = [];
    const takeBack = async () => {
      for (const step of back.toReversed()) await step().catch(() => undefined);
    };
    this.busy = true;
    this.failure = undefined;
    try {
      const before = (this.known.data ?? []).map((known) => known.id);
      const added = await call("destinations.add", { folder: folder?.trim() ?? "", name: name.trim(), nearness });
      if (!before.includes(added.id)) back.push(() => call("destinations.remove", { name: added.name }));
      await call("destinations.test", { name: added.name });
      for (const plan of this.chosenPlans()) {
        await call("plans.edit", { name: plan, edit: { add_to: [added.name] } });
        back.push(() => call("plans.edit", { name: plan, edit: { remove_to: [added.name] } }));
      }
      this.forget();
      toasts.done(words().added(added.name), () => void takeBack());
      return true;
    } catch (thrown) {
      await takeBack();
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }

  chosenPlans(): string[] {
    const names = (this.plans.data ?? []).map((plan) => plan.name);
    return names.filter((name) => !this.draft.without.includes(name));
  }

  private freeName(wanted: string): string {
    const taken = (this.known.data ?? []).map((known) => known.name.toLocaleLowerCase());
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted} ${number}`;
      if (!taken.includes(name.toLocaleLowerCase())) return name;
    }
  }
}

function isBelow(path: string, root: string): boolean {
  const top = root.replace(/[/\\]$/, "");
  return path === top || path.startsWith(`${top}/`) || path.startsWith(`${top}\\`);
}
