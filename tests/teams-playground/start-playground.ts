import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { removeFolder } from "../support/remove-folder.ts";

/** Microsoft's Agents Playground as a process of its own: a page that is Teams for one person, and its connector. */
export interface Playground {
  readonly url: string;
  /** What the page's own menu can do too: an activity as the Playground would begin it in a conversation. */
  template(conversationId: string): Promise<Readonly<Record<string, unknown>>>;
  /** Sends any activity to the bot, as by the page's menu "Custom activity". */
  send(activity: object): Promise<void>;
  close(): Promise<void>;
}

export interface PlaygroundPerson {
  /** Of Entra; the Playground finds people by their id alone, so that it is that too. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export interface PlaygroundOptions {
  /** Where activities are sent. */
  readonly appUrl: string;
  readonly tenantId: string;
  readonly botId: string;
  readonly botName: string;
  /** Who sits before the page. */
  readonly currentUser: PlaygroundPerson;
  /** The other people of the tenant: the Playground takes exactly five. */
  readonly users: readonly PlaygroundPerson[];
  readonly personalChatId: string;
  readonly team: { readonly id: string; readonly name: string };
}

const require = createRequire(import.meta.url);
/** Only against one that hangs. */
const startMs = 120_000;

/** Starts it on a free port. It takes no part in Microsoft's statistics, and opens no browser. */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const program = require.resolve("@microsoft/m365agentsplayground/cli.js");
  const folder = await mkdtemp(join(tmpdir(), "expert-playground-"));
  const configPath = join(folder, "playground.yml");
  await writeFile(configPath, stringify(configOf(options)));
  const args = ["start", "-e", options.appUrl, "-c", "msteams", "-p", "0", "--dt"];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    // A group of its own, so that nothing it starts outlives it.
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TEAMSAPPTESTER_BROWSER: "none",
      M365_AGENTS_PLAYGROUND_CONFIG_PATH: configPath,
      M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, "playground.log"),
    },
  });
  const guard = guardOf(child);
  const close = async (): Promise<void> => {
    const running = child.exitCode === null && child.signalCode === null;
    const exited = running ? once(child, "exit") : Promise.resolve();
    guard?.kill("SIGKILL");
    killGroup(child);
    await exited;
    await removeFolder(folder);
  };
  try {
    const url = `http://127.0.0.1:${String(await portOf(child))}`;
    return { url, close, ...scripted(url) };
  } catch (error) {
    await close();
    throw error;
  }
}

const configOf = (options: PlaygroundOptions): object => ({
  version: "0.1.1",
  tenantId: options.tenantId,
  bot: { id: options.botId, name: options.botName },
  currentUser: userOf(options.currentUser),
  users: options.users.map(userOf),
  personalChat: { id: options.personalChatId },
  groupChat: { id: "19:group@thread.v2", name: "Group chat" },
  team: {
    id: options.team.id,
    name: options.team.name,
    aadGroupId: "00000000-0000-4000-8000-0000000000aa",
    channels: [],
  },
});

function userOf({ id, name, email }: PlaygroundPerson): object {
  const [givenName = "", surname = ""] = name.split(" ");
  // "Principle" is the Playground's own spelling.
  return { id, name, userPrincipleName: email, aadObjectId: id, givenName, surname, email };
}

/** It prints its port as soon as it listens. */
async function portOf(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error("the Playground says nothing");
  const lines = createInterface({ input: child.stdout });
  const port = new Promise<number>((resolve, reject) => {
    lines.on("line", (line) => {
      const [, found] = /^Listening on (\d+)$/.exec(line) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the Playground ended with ${String(code)}`)));
  });
  const stop = new AbortController();
  const late = delay(startMs, null, { signal: stop.signal, ref: false }).catch(() => null);
  const found = await Promise.race([port, late]);
  stop.abort();
  if (found === null) throw new Error(`the Playground did not listen within ${String(startMs)} ms`);
  return found;
}

const scripted = (url: string): Pick<Playground, "template" | "send"> => ({
  async template(conversationId) {
    const address = `${url}/_internal/v1/customActivities/template?conversationId=${encodeURIComponent(conversationId)}`;
    const response = await fetch(address);
    if (!response.ok) throw new Error(`no template: ${await response.text()}`);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  },
  async send(activity) {
    const response = await fetch(`${url}/_internal/v1/customActivities`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(activity),
    });
    if (!response.ok) throw new Error(`not sent: ${await response.text()}`);
  },
});

/** Ends the group when this process is gone, however it went: its end of the pipe closes then. */
function guardOf({ pid }: ChildProcess): ChildProcess | null {
  if (pid === undefined) return null;
  const guard = spawn("sh", ["-c", 'cat >/dev/null; kill -KILL "-$0"', String(pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  return guard;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
