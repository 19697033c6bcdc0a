/** The ways by which the owner is told: what each is called, and an empty form of each. */
import type { ChannelConfig, ChannelView } from "../../shared/ipc/bindings.ts";
import type { IconName } from "../../shared/ui/icons.ts";
import { noticeWords } from "./notices.words.ts";

/** The kinds that can be added. */
export const wayKinds = ["email", "slack", "teams", "discord", "json", "ping"] as const;

/** A kind. */
export type WayKind = (typeof wayKinds)[number];

const icons: Record<WayKind | "desktop", IconName> = {
  desktop: "bell",
  email: "mail",
  slack: "hash",
  teams: "message-square-quote",
  discord: "message-square-quote",
  json: "webhook",
  ping: "eye",
};

/** What a channel is. */
export function kindOf(config: ChannelConfig): WayKind | "desktop" {
  return config.type === "webhook" ? config.shape : config.type;
}

/** The drawing of a kind. */
export function wayIcon(kind: WayKind | "desktop"): IconName {
  return icons[kind];
}

/** What a channel is called. */
export function wayName(channel: ChannelView): string {
  return channel.config.type === "desktop" ? noticeWords().desktop : channel.name;
}

/** Who is told by it. */
export function waySub({ config }: ChannelView): string {
  switch (config.type) {
    case "desktop":
      return noticeWords().desktopMore;
    case "email":
      return noticeWords().emailTo(config.to);
    case "webhook":
      return noticeWords().shapes[config.shape];
    case "ping":
      return noticeWords().pingMore;
  }
}

/** A new one of a kind. */
export function freshConfig(kind: WayKind): ChannelConfig {
  const http = { allow_plain_http: false, extra_roots: [] };
  if (kind === "ping") return { type: "ping", ...http };
  if (kind !== "email") return { type: "webhook", shape: kind, ...http };
  const encryption = "start_tls";
  return { type: "email", host: "", port: 587, encryption, user: null, from: "", to: [], extra_roots: [] };
}
