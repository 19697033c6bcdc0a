/** What is going on right now: the operations at work, with their counters, speed and time left. */
import type { Events, Operation, Sample } from "../ipc/bindings.ts";
import { call, host } from "../ipc/client.ts";
import { clock } from "../clock.ts";
import { timePassed, topicsChanged } from "./query.svelte.ts";

/** How much of the newest measure goes into the speed that is shown: calm enough to read, quick enough to be true. */
const NEWEST = 0.15;

/** An operation at work. */
export interface Work {
  readonly operation: Operation;
  readonly sample: Sample | null;
  readonly paused: boolean;
  /** Bytes in each second, once it can be told. */
  readonly speed: number | null;
  /** Seconds until its phase is done, once it can be told. */
  readonly left: number | null;
  /** Share of its phase that is done, from 0 to 1, when its size is known. */
  readonly share: number | null;
}

interface Measure {
  at: number;
  bytes: number;
  phase: string;
  speed: number | null;
}

class Live {
  work = $state.raw<readonly Work[]>([]);
  /** Whether the engine has been heard of at all. */
  heard = $state(false);
  #measures = new Map<string, Measure>();

  /** Takes in what the engine tells. */
  take(events: Events): void {
    this.heard = true;
    this.work = events.running.map((each) => this.#work(each.operation, each.sample, each.paused));
    for (const id of this.#measures.keys()) {
      if (!events.running.some((each) => each.operation.id === id)) this.#measures.delete(id);
    }
    if (events.topics.length > 0) topicsChanged(events.topics);
  }

  /** The work that is done for a plan. */
  ofPlan(plan: string): Work | undefined {
    return this.work.find((work) => work.operation.plan === plan);
  }

  /** The work with an id. */
  ofOperation(id: string): Work | undefined {
    return this.work.find((work) => work.operation.id === id);
  }

  #work(operation: Operation, sample: Sample | null, paused: boolean): Work {
    const known = sample !== null && sample.total_bytes > 0;
    const share = known ? Math.min(1, sample.bytes / sample.total_bytes) : null;
    const speed = sample === null || paused ? null : this.#speed(operation.id, sample);
    const left = known && speed !== null && speed > 0 ? (sample.total_bytes - sample.bytes) / speed : null;
    return { operation, sample, paused, speed, left, share };
  }

  #speed(id: string, sample: Sample): number | null {
    const now = clock.now().getTime();
    const last = this.#measures.get(id);
    if (last?.phase !== sample.phase || sample.bytes < last.bytes) {
      this.#measures.set(id, { at: now, bytes: sample.bytes, phase: sample.phase, speed: null });
      return null;
    }
    const seconds = (now - last.at) / 1000;
    if (seconds < 0.2) return last.speed;
    const measured = (sample.bytes - last.bytes) / seconds;
    const speed = last.speed === null ? measured : last.speed + NEWEST * (measured - last.speed);
    this.#measures.set(id, { at: now, bytes: sample.bytes, phase: sample.phase, speed });
    return speed;
  }
}

/** The one picture of what runs. */
export const live = new Live();

/** Listens to the engine until the answer is called. What depends on the hour is asked for again each minute. */
export function listenToEngine(): () => void {
  const end = host().listen((events) => live.take(events));
  const minute = setInterval(timePassed, 60_000);
  return () => {
    end();
    clearInterval(minute);
  };
}

/** Stops an operation; asking for one that has ended does nothing. */
export function cancel(id: string): Promise<unknown> {
  return call("operations.cancel", id);
}
