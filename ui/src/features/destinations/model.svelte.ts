/** The destinations, and what can be done with one. */
import type {
  ComputerView,
  DestinationEdit,
  DestinationView,
  StatusAction,
  StatusLine,
} from "../../shared/ipc/bindings.ts";
import { call, host } from "../../shared/ipc/client.ts";
import { failureOf, type Failure } from "../../shared/ipc/failure.ts";
import { query } from "../../shared/query/query.svelte.ts";
import { router } from "../../shared/route.svelte.ts";
import { toasts } from "../../shared/ui/toasts.svelte.ts";
import { engineLanguage } from "../../shared/words/language.svelte.ts";
import { words } from "./words.ts";

/** What a dialog is open about. */
export type Asking =
  { about: "rename" | "remove" | "adopt"; place: DestinationView } | { about: "forget"; computer: ComputerView };

/** The screen. Made while its component is. */
export class Destinations {
  readonly list = query("destinations.list", () => ({}));
  readonly told = query("status.tell", () => ({ language: engineLanguage() }));
  readonly status = query("status.show", () => ({}));
  readonly plans = query("plans.list", () => ({}));
  readonly uploads = query("uploads.list", () => ({}));
  readonly computers = query("computers.list", () => ({}));
  asking = $state.raw<Asking>();
  /** Destinations that are being tried out. */
  testing = $state.raw<readonly string[]>([]);
  /** What a trial ended with, by the destination's id. */
  troubles = $state.raw<Readonly<Record<string, Failure>>>({});

  readonly known = $derived({
    reasons: this.told.data?.lines.map((line) => line.reason) ?? [],
    uploads: this.uploads.data ?? [],
  });
  /** What is wrong with a destination, the main thing first. */
  readonly wrong = $derived<StatusLine | undefined>(this.told.data?.lines.find((line) => isAboutPlace(line)));

  named(id: string): DestinationView | undefined {
    return this.list.data?.find((place) => place.id === id);
  }

  /** Does what the engine says is to be done about a destination. */
  act(action: StatusAction): void {
    switch (action.action) {
      case "connect":
      case "reconnect": {
        const place = this.named(action.destination);
        return void (place && this.test(place));
      }
      case "send_now":
        return void this.send();
      case "make_room": {
        const plan = this.named(action.destination)?.plans[0];
        return router.go("plan", plan === undefined ? [] : [plan, "keep"]);
      }
      case "add_destination":
        return router.go("destinations", ["add"]);
      default:
        return router.go("home");
    }
  }

  /** Writes, lists, reads and deletes something small there. */
  async test(place: DestinationView): Promise<void> {
    this.testing = [...this.testing, place.id];
    this.dismiss(place.id);
    try {
      await call("destinations.test", { name: place.name });
      toasts.done(words().tested(place.name));
      this.list.again();
    } catch (thrown) {
      this.troubles = { ...this.troubles, [place.id]: failureOf(thrown) };
    }
    this.testing = this.testing.filter((id) => id !== place.id);
  }

  dismiss(id: string): void {
    const { [id]: _, ...others } = this.troubles;
    this.troubles = others;
  }

  async send(): Promise<void> {
    await this.tried(async () => {
      await call("operations.start", { verb: "sync", plan: null });
      toasts.done(words().sending);
    });
  }

  open(place: DestinationView): void {
    void this.tried(() => host().reveal(place.root));
  }

  /** Says whether it is here or away. */
  async setNearness(place: DestinationView): Promise<void> {
    const nearness = place.nearness === "near" ? "away" : "near";
    const said = nearness === "away" ? words().isAway(place.name) : words().isNear(place.name);
    await this.edit({ name: place.name, nearness }, said, { name: place.name, nearness: place.nearness });
  }

  /** Says in which folder it is now; a folder that is another destination is refused. */
  async move(place: DestinationView): Promise<void> {
    const folder = await host().pickFolder({ title: words().moveTitle(place.name), start: place.root });
    if (folder === null) return;
    this.dismiss(place.id);
    try {
      await call("destinations.edit", { name: place.name, folder });
      toasts.done(words().moved(place.name));
    } catch (thrown) {
      this.troubles = { ...this.troubles, [place.id]: failureOf(thrown) };
    }
  }

  /** Gives it another name. Throws a `Failure`. */
  async rename(place: DestinationView, name: string): Promise<void> {
    await call("destinations.edit", { name: place.name, new_name: name });
    toasts.done(words().renamed(name), () => {
      void this.tried(() => call("destinations.edit", { name, new_name: place.name }));
    });
  }

  /** Plans that would be left without any destination. */
  onlyOneOf(place: DestinationView): string[] {
    const plans = this.plans.data ?? [];
    return plans
      .filter((plan) => plan.destinations.length === 1 && plan.destinations[0] === place.id)
      .map((p) => p.name);
  }

  /** Takes it out of its plans and forgets it; its archives stay. Throws a `Failure`. */
  async remove(place: DestinationView): Promise<void> {
    for (const name of place.plans) await call("plans.edit", { name, edit: { remove_to: [place.name] } });
    await call("destinations.remove", { name: place.name });
    toasts.done(words().removed(place.name), () => void this.tried(() => bringBack(place)));
  }

  /** Forgets another computer until it is heard of again. Throws a `Failure`. */
  async forget(id: string, name: string): Promise<void> {
    await call("computers.forget", { name: id });
    toasts.done(words().forgotten(name));
  }

  private async edit(change: DestinationEdit, said: string, back: DestinationEdit): Promise<void> {
    await this.tried(async () => {
      await call("destinations.edit", change);
      toasts.done(said, () => void this.tried(() => call("destinations.edit", back)));
    });
  }

  private async tried(deed: () => Promise<unknown>): Promise<void> {
    try {
      await deed();
    } catch (thrown) {
      const { title, hint } = failureOf(thrown).told;
      toasts.say(`${title}. ${hint}`, "circle-x");
    }
  }
}

/** Makes the folder a destination again, with its plans and what lies there. */
async function bringBack(place: DestinationView): Promise<void> {
  const { name, nearness } = place;
  await call("destinations.add", { name, folder: place.root, nearness });
  for (const plan of place.plans) await call("plans.edit", { name: plan, edit: { add_to: [name] } });
  await call("destinations.adopt", { name });
}

function isAboutPlace({ reason }: StatusLine): boolean {
  return (
    "destination" in reason ||
    ["not_away", "not_near", "no_away_destination", "no_near_destination"].includes(reason.reason)
  );
}
