/** How a destination stands: one rule for all screens. A drive that is away is waited for; it is a problem once the engine says so. */
import type { DestinationView, StatusReason, UploadView } from "../ipc/bindings.ts";
import type { IconName } from "../ui/icons.ts";
import type { Tone } from "../ui/StateWord.svelte";
import * as format from "../words/format.ts";
import { words } from "./words.ts";

/** How a destination stands, in words. */
export interface Standing {
  readonly tone: Tone;
  readonly text: string;
  /** What else there is to say, in a few words. */
  readonly more?: string;
  readonly icon?: IconName;
}

/** What the engine knows beside the destination itself. */
export interface Known {
  readonly reasons: readonly StatusReason[];
  readonly uploads: readonly UploadView[];
}

/** How a destination stands. */
export function standing(place: DestinationView, known: Known): Standing {
  return troubled(place, known.reasons) ?? sending(place, known) ?? settled(place);
}

/** The reason of the business' state that is about a destination, the gravest first. */
export function reasonAt(id: string, reasons: readonly StatusReason[]): StatusReason | undefined {
  return reasons.find((reason) => "destination" in reason && reason.destination === id);
}

function troubled(place: DestinationView, reasons: readonly StatusReason[]): Standing | undefined {
  const reason = reasonAt(place.id, reasons);
  switch (reason?.reason) {
    case "signed_out":
      return { tone: "warn", text: words().signedOut };
    case "absent": {
      const since = format.inside(format.day(format.moment(reason.since)));
      return { tone: "warn", text: words().absent, more: words().since(since), icon: "plug" };
    }
    case "space_low":
      return { tone: "warn", text: words().spaceLow, more: words().free(format.percent(reason.percent / 100)) };
    default:
      break;
  }
  return place.connected ? undefined : { tone: "wait", text: words().offline, more: words().later };
}

function sending(place: DestinationView, { reasons, uploads }: Known): Standing | undefined {
  const mine = uploads.filter((upload) => upload.destination === place.name);
  const moving = mine.find((upload) => upload.sent > 0 && upload.size > 0 && upload.error === null);
  const more = words().toCome(Math.max(place.waiting, mine.length));
  if (moving) return { tone: "busy", text: words().uploading(format.percent(moving.sent / moving.size)), more };
  if (mine.some((upload) => upload.error !== null)) return { tone: "warn", text: words().refused, more };
  if (reasonAt(place.id, reasons)?.reason === "behind") return { tone: "warn", text: words().behind, more };
  return place.waiting > 0 ? { tone: "wait", text: words().waiting, more } : undefined;
}

function settled(place: DestinationView): Standing {
  return place.plans.length === 0
    ? { tone: "off", text: words().unused, icon: "circle" }
    : { tone: "ok", text: words().ready };
}
