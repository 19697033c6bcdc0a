/** A real engine on a home of its own, behind the bridge; it ends with `close`. */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, request, type Server } from "node:http";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { policy } from "./serve.ts";

const bridge = process.env["RESGUARDO_BRIDGE"] ?? fileURLToPath(new URL("../../target/debug/bridge", import.meta.url));
const pages = fileURLToPath(new URL("../dist-bridge", import.meta.url));

/** A shop: its owner's folders, a place for copies, and the engine. */
export interface Shop {
  readonly address: string;
  /** The owner's documents. */
  readonly documents: string;
  /** A folder that stands for a drive. */
  readonly drive: string;
  close(): Promise<void>;
}

/** Opens a shop with two documents. */
export async function openShop(): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), "resguardo-story-"));
  const [user, drive] = [join(folder, "user"), join(folder, "drive")];
  const documents = join(user, "Documents");
  await mkdir(join(documents, "2026"), { recursive: true });
  await mkdir(drive);
  await writeFile(join(documents, "prices.txt"), "cleaning 40\n");
  await writeFile(join(documents, "2026", "letter.txt"), "Dear customer\n");
  const engine = spawn(bridge, [join(folder, "home"), pages, policy], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      ...process.env,
      HOME: user,
      XDG_CONFIG_HOME: join(user, ".config"),
      XDG_DATA_HOME: join(user, ".local/share"),
      DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent",
      BRIDGE_PICKS: `${drive}\n`,
    },
  });
  const front = await frontOf(await firstLine(engine));
  const close = async (): Promise<void> => {
    const ended = new Promise((done) => engine.once("exit", done));
    engine.stdin?.end();
    await ended;
    front.server.close();
    front.server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  };
  return { address: front.address, documents, drive, close };
}

/**
 * Passes everything on, each request over a connection of its own: the bridge's server leaves one unanswered when a browser that
 * keeps connections open sends two at once.
 */
async function frontOf(bridge: string): Promise<{ address: string; server: Server }> {
  const { hostname, port } = new URL(bridge);
  const server = createServer((asked, answer) => {
    const { url, method, headers } = asked;
    const to = {
      hostname,
      port,
      path: url,
      method,
      headers: { ...headers, connection: "close" },
      agent: false as const,
    };
    const passed = request(to, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the front has no port");
  return { address: `http://127.0.0.1:${address.port}`, server };
}

function firstLine(engine: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let text = "";
    engine.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end >= 0) found(text.slice(0, end));
    });
    engine.once("error", failed);
    engine.once("exit", (code) => failed(new Error(`the bridge ended with ${code}`)));
  });
}
