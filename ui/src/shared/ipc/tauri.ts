/** The real host: the shell around this window. */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Events } from "./bindings.ts";
import type { Host, Picking } from "./host.ts";

/** Whether this page is shown by the shell. */
export function inShell(): boolean {
  return "__TAURI_INTERNALS__" in window;
}

function hear<T>(name: string, tell: (payload: T) => void): () => void {
  const ending = listen<T>(name, (event) => tell(event.payload));
  return () => void ending.then((end) => end());
}

/** The host that the shell is. */
export const tauriHost: Host = {
  call: (command, request, language) => invoke("call", { name: command, request, language }),
  listen: (tell) => hear<Events>("resguardo", tell),
  pickFolder: (picking: Picking) => invoke("pick_folder", { ...picking }),
  pickFile: (picking: Picking) => invoke("pick_file", { ...picking }),
  pickSave: (picking) => invoke("pick_save", { ...picking }),
  reveal: (path) => invoke("reveal", { path }),
  openRelease: () => invoke("open_release"),
  zoom: (factor) => invoke("zoom", { factor }),
  route: () => invoke("route"),
  routes: (tell) => hear<string>("route", tell),
};
