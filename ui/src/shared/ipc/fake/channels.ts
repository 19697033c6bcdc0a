/** Channels of notices, and when the owner is told. */
import type { ChannelConfig, ChannelSave, ChannelView, EngineError, NoticeSettings } from "../bindings.ts";
import { checkWord } from "./destinations.ts";
import { engineError, tellError } from "./errors.ts";
import { invalid, notFound, told, type Handlers } from "./handlers.ts";
import type { Scenario } from "./scenarios.ts";
import type { World } from "./world.ts";

function named(world: World, name: string): ChannelView {
  const channel = world.channels.find((each) => each.name.toLocaleLowerCase() === name.toLocaleLowerCase());
  if (!channel) throw notFound("channel", name);
  return channel;
}

const bad = (field: string, value: string) =>
  invalid(field, value, {
    es: value ? `El valor «${value}» no sirve` : "Falta un dato",
    en: value ? `The value “${value}” can't be used` : "Something is missing",
  });

function checkAddress(address: string | undefined, plain: boolean): void {
  if (!address) throw bad("url", "");
  if (address.startsWith("http://") && !plain)
    throw invalid("url", "", {
      es: "La dirección tiene que empezar por https://",
      en: "The address must begin with https://",
    });
  if (!/^https?:\/\/[^\s/]+/.test(address)) throw bad("url", address);
}

function checkConfig(config: ChannelConfig, secret: string | undefined): void {
  if (config.type === "webhook" || config.type === "ping") checkAddress(secret, config.allow_plain_http);
  if (config.type !== "email") return;
  if (!/^[\w.-]+$/.test(config.host)) throw bad("host", config.host);
  if (config.user !== null && !secret) throw bad("password", "");
  if (!/@/.test(config.from)) throw bad("from", config.from);
  const wrong = config.to.find((address) => !/@/.test(address));
  if (config.to.length === 0 || wrong !== undefined) throw bad("to", wrong ?? "");
}

function save(world: World, draft: ChannelSave): ChannelView {
  checkWord(draft.name);
  const known = world.channels.find((each) => each.name.toLocaleLowerCase() === draft.name.toLocaleLowerCase());
  if (known && draft.fresh)
    throw told(
      "already_exists",
      { es: `Ya existe un canal «${draft.name}»`, en: `There is a channel “${draft.name}” already` },
      { es: "No se ha cambiado nada. Elige otro nombre.", en: "Nothing was changed. Choose another name." },
      { what: "channel", name: draft.name },
    );
  const id = known?.id ?? `channel-new-${world.calls.length}`;
  checkConfig(draft.config, draft.secret ?? world.secrets[id]);
  if (draft.secret != null) world.secrets[id] = draft.secret;
  const { name, config } = draft;
  const channel: ChannelView = { id, name, config, on: draft.on ?? true, waiting: 0, trouble: null };
  world.channels = known
    ? world.channels.map((each) => (each === known ? channel : each))
    : [...world.channels, channel];
  world.changed("channels");
  return channel;
}

function test(world: World, name: string): null {
  const channel = named(world, name);
  const where = world.secrets[channel.id] ?? (channel.config.type === "email" ? channel.config.host : "");
  if (!where.includes("caido")) return null;
  throw tellError(unreachable(name));
}

function saveNotices(world: World, settings: NoticeSettings): NoticeSettings {
  const hours = settings.no_copy_hours;
  if (hours !== null && (hours < 1 || hours > 24 * 366)) throw bad("no_copy_hours", String(hours));
  world.notices = settings;
  world.changed("settings");
  return settings;
}

const unreachable = (channel: string): EngineError => ({
  ...engineError("channel_unreachable", "send the notice", { channel }, "connection refused"),
  retry: { soon: 60 },
});

/** The ways that the mockups show. */
export const withChannels: Scenario = (world) => {
  const all = (id: string, name: string, config: ChannelConfig, trouble: EngineError | null = null): ChannelView => {
    world.secrets[id] = "https://avisos.example/secreto";
    return { id, name, on: true, config, waiting: trouble ? 2 : 0, trouble };
  };
  const http = { allow_plain_http: false, extra_roots: [] };
  world.channels = [
    ...world.channels,
    all("channel-2", "Por correo", {
      type: "email",
      host: "smtp.clinicarobles.example",
      port: 587,
      encryption: "start_tls",
      user: "marta",
      from: "Resguardo <marta@clinicarobles.example>",
      to: ["marta@clinicarobles.example", "administracion@clinicarobles.example"],
      extra_roots: [],
    }),
    all("channel-3", "Slack", { type: "webhook", shape: "slack", ...http }),
    all("channel-4", "Gestoría", { type: "webhook", shape: "json", ...http }, unreachable("Gestoría")),
    { ...all("channel-5", "Vigilante", { type: "ping", ...http }), on: false },
  ];
};

export const channels: Handlers = {
  "channels.list": (world) => world.channels,
  "channels.save": save,
  "channels.test": (world, { name }) => test(world, name),
  "channels.remove": (world, { name }) => {
    const channel = named(world, name);
    delete world.secrets[channel.id];
    world.channels = world.channels.filter((each) => each !== channel);
    world.changed("channels");
    return null;
  },
  "notices.show": (world) => world.notices,
  "notices.save": saveNotices,
};
