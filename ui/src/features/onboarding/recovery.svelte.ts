/** The second door: copies that exist already, looked for where a person says that they are. */
import type { DestinationView, RebuildReport } from "../../shared/ipc/bindings.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { Kept } from "../../shared/kept.svelte.ts";
import { nameOf } from "./what.ts";
import { freeName, ownFolder, type Place } from "./where.ts";
import { words } from "./words.ts";

/** What was found, and where. */
export interface Finding {
  readonly destination: string;
  readonly report: RebuildReport;
}

class Recovery {
  /** The place that is looked through now. */
  looking = $state.raw<string>();
  /** The place in which nothing was found. */
  nothingIn = $state.raw<string>();
  failure = $state.raw<Failure>();
  #kept = new Kept<Finding | null>("welcome.found", null);

  get found(): Finding | null {
    return this.#kept.value;
  }

  /** Looks through a drive: its own folder for copies. */
  lookAt(place: Place): Promise<void> {
    return this.#look(place.path, ownFolder(place.path), place.label);
  }

  /** Looks through a folder that a person chooses. */
  async choose(): Promise<void> {
    const path = await host().pickFolder({ title: words().findTitle });
    if (path !== null) await this.#look(path, path, nameOf(path));
  }

  async #look(place: string, folder: string, label: string): Promise<void> {
    if (this.looking !== undefined) return;
    this.looking = place;
    this.failure = undefined;
    this.nothingIn = undefined;
    try {
      const known = await call("destinations.list", {});
      const same = known.find((each) => each.root === folder);
      const destination = same ?? (await add(folder, label, known));
      const finding = await adopt(destination, same !== undefined);
      if (finding) this.#kept.value = finding;
      else this.nothingIn = label;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    this.looking = undefined;
  }

  /** Looks elsewhere after all. */
  forget(): void {
    this.#kept.forget(null);
    this.nothingIn = undefined;
    this.failure = undefined;
  }
}

function add(folder: string, label: string, known: readonly DestinationView[]): Promise<DestinationView> {
  const names = known.map((each) => each.name);
  return call("destinations.add", { name: freeName(label, names), folder });
}

/** Takes in what lies at a destination; one that has nothing does not stay in the list, unless it was there before. */
async function adopt(destination: DestinationView, stays: boolean): Promise<Finding | null> {
  const { name } = destination;
  try {
    const report = await call("destinations.adopt", { name });
    if (report.snapshots + report.plans.length + report.problems.length > 0) return { destination: name, report };
  } catch (thrown) {
    if (!stays) await call("destinations.remove", { name });
    throw thrown;
  }
  if (!stays) await call("destinations.remove", { name });
  return null;
}

/** The one search of the window. */
export const recovery = new Recovery();
