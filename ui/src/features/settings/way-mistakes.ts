/** What a form of a way lacks, said at each field before the engine is asked; the engine has the last word. */
import type { ChannelConfig, EmailConfig } from "../../shared/ipc/bindings.ts";
import { noticeWords } from "./notices.words.ts";

/** A mistake at each field that has one. */
export type Mistakes = Readonly<Record<string, string>>;

const LAST_PORT = 65_535;

/** What is missing or can't be. */
export function mistakesIn(config: ChannelConfig, name: string, secret: string, hasSecret: boolean): Mistakes {
  const found: Record<string, string | undefined> = {
    name: name.trim() === "" ? noticeWords().missing.name : undefined,
    ...(config.type === "email" ? inEmail(config, secret, hasSecret) : {}),
    ...(config.type === "webhook" || config.type === "ping"
      ? { url: addressMistake(secret.trim(), hasSecret, config.allow_plain_http) }
      : {}),
  };
  return Object.fromEntries(Object.entries(found).filter((each): each is [string, string] => each[1] !== undefined));
}

function inEmail(email: EmailConfig, secret: string, hasSecret: boolean): Record<string, string | undefined> {
  const text = noticeWords().missing;
  const wrong = email.to.find((address) => !isMail(address));
  return {
    host: email.host === "" ? text.host : /[\s/@]/.test(email.host) ? text.hostWrong : undefined,
    port: email.port < 1 || email.port > LAST_PORT ? text.port : undefined,
    password: email.user !== null && secret === "" && !hasSecret ? text.password : undefined,
    from: email.from.trim() === "" ? text.from : isMail(email.from) ? undefined : text.mailWrong(email.from),
    to: email.to.length === 0 ? text.to : wrong === undefined ? undefined : text.mailWrong(wrong),
  };
}

function addressMistake(address: string, hasSecret: boolean, plain: boolean): string | undefined {
  const text = noticeWords().missing;
  if (address === "") return hasSecret ? undefined : text.url;
  if (/^https:\/\/[^\s/]+/i.test(address)) return undefined;
  if (/^http:\/\/[^\s/]+/i.test(address)) return plain ? undefined : text.urlPlain;
  return text.urlWrong;
}

/** “marta@robles.example”, or “Resguardo <marta@robles.example>”. */
function isMail(text: string): boolean {
  return /^[^\s@<>]+@[^\s@<>]+$/.test(text.trim()) || /^[^<>]*<[^\s@<>]+@[^\s@<>]+>$/.test(text.trim());
}
