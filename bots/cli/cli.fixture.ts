import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledEntry } from "../../tests/support/compiled-program.ts";
import { removeFolder } from "../../tests/support/remove-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workplace {
  readonly folder: string;
  /** Its data folder, made by the first command. */
  readonly data: string;
  write(name: string, text: string): Promise<string>;
  /** Runs a command to its end, in an environment that holds nothing but what is given. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  remove(): Promise<void>;
}

export interface RunOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** Sees the error output as it grows. */
  readonly onStderr?: (child: ChildProcess, stderr: string) => void;
}

/** Only against a command that hangs. */
const commandLimitMs = 200_000;

export async function workplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), "expert-cli-"));
  // The database's own account has to reach its folder.
  await chmod(folder, 0o711);
  const data = join(folder, "data");
  return {
    folder,
    data,
    async write(name, text) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    run: (args, options = {}) => runCommand(args, { DATA_DIR: data, ...options.settings }, options),
    remove: () => removeFolder(folder),
  };
}

async function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  { onStderr }: RunOptions,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [await compiledEntry("bots/cli/main.ts"), ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], DEMO_COMPANY: "false", PORT: "0", LOG_LEVEL: "error", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: commandLimitMs,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onStderr?.(child, stderr);
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

const companyPlan = `
name: { en: Small Works, th: สมอลเวิร์กส์ }
slug: small-works
domain: small.example
description: { en: Makes pumps., th: ผลิตปั๊ม }
timeZone: Asia/Bangkok
departments:
  - slug: operations
    name: { en: Operations, th: ปฏิบัติการ }
    description: { en: Pumps and boilers., th: ปั๊มและหม้อไอน้ำ }
    icon: factory
people:
  - { name: Ada Admin, email: ada@small.example, roles: [admin], departments: { operations: lead } }
  - { name: Sam Staff, email: sam@small.example, roles: [staff], departments: { operations: member } }
  - { name: Vic Viewer, email: vic@small.example, roles: [viewer] }
`;

/** A folder that `tenant create` takes. */
export async function writeSmallCompany({ folder, write }: Workplace): Promise<string> {
  await write("company/company.yaml", companyPlan);
  await write(
    "company/operations/pump.md",
    "# Cooling pump\n\nThe cooling pump is greased every 45 days with lithium grease.\n\nBefore maintenance the breaker Q7 is locked out.\n",
  );
  await write(
    "company/operations/boiler.md",
    "# Steam boiler\n\nThe steam boiler is inspected by the authority once a year in March.\n",
  );
  return join(folder, "company");
}
