import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "wire/teams/recorded");

/** Whether Teams' recorded payloads are on this machine; says so where they are not. */
export function hasRecordedActivities(): boolean {
  const present = existsSync(folder);
  if (!present) {
    console.log(
      `Teams' recorded payloads are absent (${folder}): they are not replayed. Set EXPERT_CORPORA to their folder.`,
    );
  }
  return present;
}

type Fields = Readonly<Record<string, unknown>>;

/** `folder/file.json: name`, or `sample-messages.md: number`, and its activity; in the files' order. */
export function recordedActivities(): readonly (readonly [string, Fields])[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const found = file.endsWith(".md") ? logged(text) : named(JSON.parse(text) as Fields);
    return found.map(([name, activity]) => [`${file}: ${name}`, activity] as const);
  });
}

const named = (scenarios: Fields): [string, Fields][] =>
  Object.entries(scenarios).flatMap(([name, value]): [string, Fields][] =>
    typeof value === "object" && value !== null && "type" in value ? [[name, value as Fields]] : [],
  );

/** Lines of a log with the body in quotes, as a program of JavaScript writes it. */
const logged = (text: string): [string, Fields][] =>
  [...text.matchAll(/^ {2}body: '(.*)'$/gm)].map(([, quoted = ""], index) => [
    String(index + 1),
    JSON.parse(quoted.replaceAll("\\\\", "\\")) as Fields,
  ]);
