/** Where a snapshot lies and how well it is proven: what a person needs to know before they trust it. */
import type { DestinationView, SnapshotView, VerifyLevel } from "../../shared/ipc/bindings.ts";

const levels: readonly VerifyLevel[] = ["checked", "opened", "restored"];

/** The best proof that any copy of a snapshot has. */
export function proofOf(snapshot: SnapshotView): VerifyLevel | null {
  const proven = snapshot.destinations.filter((copy) => copy.state === "present").map((copy) => copy.verified);
  return levels.findLast((level) => proven.includes(level)) ?? null;
}

/** Places that have a snapshot, the one that is read first at the front: connected before not, near before away. */
export function placesOf(snapshot: SnapshotView, places: readonly DestinationView[]): readonly DestinationView[] {
  const names = snapshot.destinations.filter((copy) => copy.state === "present").map((copy) => copy.destination);
  const rank = (place: DestinationView): number => (place.connected ? 0 : 2) + (place.nearness === "near" ? 0 : 1);
  return places.filter((place) => names.includes(place.name)).sort((a, b) => rank(a) - rank(b));
}

/** Snapshots that can be restored, oldest first: not those taken before a restore, nor those that are gone. */
export function restorable(snapshots: readonly SnapshotView[], plan?: string | null): readonly SnapshotView[] {
  return snapshots.filter((row) => row.class !== "safety" && row.state !== "deleted" && (!plan || row.plan === plan));
}
