/** Which answers grow old when something changes: by the noun of the command. */
import type { Topic } from "../ipc/bindings.ts";
import type { CommandName } from "../ipc/client.ts";

const every: readonly Topic[] = [
  "plans",
  "snapshots",
  "operations",
  "destinations",
  "uploads",
  "alerts",
  "channels",
  "settings",
  "slots",
  "computers",
];

/** Topics on which the answers about a noun rest. A noun that is not named here rests on everything. */
const nouns: Record<string, readonly Topic[]> = {
  plans: ["plans", "destinations", "snapshots", "settings"],
  snapshots: ["snapshots", "plans", "destinations", "operations"],
  destinations: ["destinations", "plans", "uploads", "snapshots"],
  operations: ["operations", "plans"],
  uploads: ["uploads", "destinations"],
  alerts: ["alerts", "settings"],
  channels: ["channels", "settings"],
  notices: ["settings"],
  settings: ["settings"],
  startup: ["settings"],
  computers: ["computers"],
  // A look at the disks, or at what the makers say on the internet, costs something: it is had when somebody asks for it.
  suggestions: [],
  updates: [],
};

/** Whether an answer may be another one after these topics changed. */
export function isTouched(command: CommandName, topics: readonly Topic[]): boolean {
  const noun = command.split(".")[0] ?? "";
  const rests = nouns[noun] ?? every;
  return topics.some((topic) => rests.includes(topic));
}

/** Whether an answer may be another one a minute later although nothing changed. */
export function dependsOnTime(command: CommandName): boolean {
  return !command.startsWith("suggestions.") && !command.startsWith("updates.");
}
