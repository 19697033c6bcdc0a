/** Plans, as the engine answers about them. */
import type { FolderFilter, Plan, PlanDraft, SourceSpec } from "../bindings.ts";
import { clock } from "../../clock.ts";
import { firstMistake } from "./drafts.ts";
import { notFound, type Handlers } from "./handlers.ts";
import { preview, pruning, usualRetention } from "./previews.ts";
import type { World } from "./world.ts";

function named(world: World, name: string): Plan {
  const plan = world.plans.find((each) => each.name === name);
  if (!plan) throw notFound("plan", name);
  return plan;
}

function draftOf(world: World, plan: Plan): PlanDraft {
  const paths = (kind: SourceSpec["kind"]) =>
    plan.sources.filter((each) => each.kind === kind).map((each) => each.path);
  const filter = plan.sources.find((each) => each.kind === "folder")?.filter;
  return {
    name: plan.name,
    folders: paths("folder"),
    sqlite: paths("sqlite"),
    ...(filter ?? {}),
    to: plan.destinations.flatMap((id) => world.destinations.find((place) => place.id === id)?.name ?? []),
    schedules: plan.schedules,
    retention: plan.retention,
    level: plan.options.level,
    part_size: plan.options.part_size,
  };
}

function planOf(world: World, draft: PlanDraft, old: Plan | undefined): Plan {
  const filter: FolderFilter = {
    exclude: draft.exclude ?? [],
    include: draft.include ?? [],
    default_excludes: draft.default_excludes ?? true,
    one_file_system: draft.one_file_system ?? true,
    max_size: draft.max_size ?? null,
    max_age_days: draft.max_age_days ?? null,
  };
  const id = (path: string) => old?.sources.find((each) => each.path === path)?.id ?? `source-${path}`;
  const label = (path: string) => path.split("/").at(-1) ?? path;
  return {
    id: old?.id ?? `plan-${world.calls.length}`,
    name: draft.name ?? "",
    sources: [
      ...(draft.folders ?? []).map((path) => ({
        id: id(path),
        label: label(path),
        kind: "folder" as const,
        path,
        filter,
      })),
      ...(draft.sqlite ?? []).map((path) => ({ id: id(path), label: label(path), kind: "sqlite" as const, path })),
    ],
    destinations: (draft.to ?? []).flatMap((name) => world.destinations.find((place) => place.name === name)?.id ?? []),
    schedules: draft.schedules ?? [],
    retention: draft.retention ?? usualRetention,
    options: { level: draft.level ?? "normal", part_size: draft.part_size ?? null },
  };
}

export const plans: Handlers = {
  "plans.edit": (world, { name, edit }) => {
    const plan = world.plans.find((each) => each.name === name);
    if (!plan) throw notFound("plan", name);
    const id = (text: string) => world.destinations.find((place) => place.name === text)?.id ?? text;
    const kept = plan.destinations.filter((each) => !(edit.remove_to ?? []).map(id).includes(each));
    plan.destinations = [...kept, ...(edit.add_to ?? []).map(id)];
    for (const place of world.destinations) {
      const others = place.plans.filter((each) => each !== name);
      place.plans = plan.destinations.includes(place.id) ? [...others, name] : others;
    }
    world.changed("plans", "destinations");
    return plan;
  },
  "plans.list": (world) => world.plans,
  "plans.show": (world, { name }) => named(world, name),
  "plans.draft": (world, { name }) => draftOf(world, named(world, name)),
  "plans.preview": (world, { draft, plan, dates }) => preview(world, draft, plan ?? null, dates ?? 5),
  "plans.pruning": (world, { name }) => pruning(world, name, named(world, name).retention, clock.now().getTime()),
  "plans.replace": (world, { name, draft }) => {
    const old = name ? named(world, name) : undefined;
    const mistake = firstMistake(world, draft, name ?? null);
    if (mistake) throw mistake;
    const plan = planOf(world, draft, old);
    world.plans = old ? world.plans.map((each) => (each === old ? plan : each)) : [...world.plans, plan];
    world.snapshots = world.snapshots.map((row) => (row.plan === name ? { ...row, plan: plan.name } : row));
    world.changed("plans", "slots");
    return plan;
  },
  "plans.remove": (world, { name, delete_archives }) => {
    const plan = named(world, name);
    const copies = world.snapshots.filter((row) => row.plan === name).length;
    world.plans = world.plans.filter((each) => each !== plan);
    world.snapshots = world.snapshots.filter((row) => row.plan !== name);
    world.changed("plans", "snapshots", "slots");
    return delete_archives ? copies : 0;
  },
};
