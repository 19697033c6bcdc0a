/** The host of tests: a real engine behind a small server on this computer. Built into `--mode bridge` only. */
import type { Events } from "./bindings.ts";
import type { Host } from "./host.ts";

async function post(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  const value: unknown = await answer.json();
  if (!answer.ok) throw value;
  return value;
}

function listen(tell: (events: Events) => void): () => void {
  let after = 0;
  let open = true;
  const turn = async (): Promise<void> => {
    while (open) {
      try {
        const events = (await post("/call/events.next", { after, wait_ms: 20_000 })) as Events;
        after = events.sequence;
        if (open) tell(events);
      } catch {
        await new Promise((later) => setTimeout(later, 500));
      }
    }
  };
  void turn();
  return () => {
    open = false;
  };
}

/** The host that the bridge is. */
export const bridgeHost: Host = {
  call: (command, request, language) => post(`/call/${command}?language=${language}`, request),
  listen,
  pickFolder: async (picking) => (await post("/host/pick_folder", picking)) as string | null,
  pickFile: async (picking) => (await post("/host/pick_file", picking)) as string | null,
  pickSave: async (picking) => (await post("/host/pick_save", picking)) as string | null,
  reveal: async (path) => void (await post("/host/reveal", { path })),
  openRelease: async () => void (await post("/host/open_release", {})),
  zoom: () => Promise.resolve(),
  route: () => Promise.resolve(null),
  routes: () => () => undefined,
};
