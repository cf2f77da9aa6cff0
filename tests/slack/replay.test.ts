import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parseSlackBody } from "../../adapters/slack/receive/parse-body.ts";
import { fillTemplate } from "./fill-template.ts";
import { recordedScenarios, templateScenarios } from "./recorded-scenarios.ts";

const folder = join(resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"), "wire/slack");
const present = existsSync(folder);
if (!present) {
  console.log(
    `Slack's recorded payloads are absent (${folder}): they are not replayed. Set EXPERT_CORPORA to their folder.`,
  );
}

type Fields = Record<string, unknown>;

const isBody = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && ("type" in value || "command" in value);

const filesIn = (path: string): string[] =>
  readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** `folder/file.json: scenario` and its payload. */
const recorded = (): [string, Fields][] =>
  filesIn("recorded").flatMap((file) => {
    const scenarios = JSON.parse(readFileSync(join(folder, file), "utf8")) as Fields;
    return Object.entries(scenarios).flatMap(([name, body]): [string, Fields][] =>
      isBody(body) ? [[`${relative("recorded", file)}: ${name}`, body]] : [],
    );
  });

const templates = (): [string, Fields][] =>
  ["java-slack-sdk/events", "java-slack-sdk/app-backend"]
    .flatMap(filesIn)
    .map((file) => [
      relative("java-slack-sdk", file),
      JSON.parse(readFileSync(join(folder, file), "utf8")) as Fields,
    ]);

/** What the payload asks of us, and what was wrong with it. */
function read(body: unknown): {
  readonly event: unknown;
  readonly eventId: string | null;
  readonly faults: string[];
} {
  const faults: string[] = [];
  const parsed = parseSlackBody(body, (fault) => faults.push(fault));
  return { event: parsed?.event ?? null, eventId: parsed?.eventId ?? null, faults };
}

(present ? describe : describe.skip)("Slack's recorded payloads", () => {
  it("are all expected, and nothing else is", () => {
    expect(
      recorded()
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(recordedScenarios).sort());
  });

  it.each(present ? recorded() : [["none", {}] as const])("%s", (name, body) => {
    const expected = recordedScenarios[name];
    const { event, eventId, faults } = read(body);
    expect(faults).toEqual([]);
    if (expected === null || expected === undefined) expect(event).toBeNull();
    else expect(event).toMatchObject(expected);
    if (event !== null) expect(eventId).toMatch(/^(?:Ev|trigger-|mention-[TE]\w+-C|message-[CD])[\w.-]+$/);
  });

  it("keep apart what happened apart", () => {
    // A command that was recorded once has its text changed in a second scenario, and the trigger is the same.
    const ids = recorded().flatMap(([name, body]) =>
      name.endsWith("slashCommandWithArgs") ? [] : (read(body).eventId ?? []),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

(present ? describe : describe.skip)("Slack's payload templates", () => {
  it("are all expected, and nothing else is", () => {
    expect(
      templates()
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(templateScenarios).sort());
  });

  it.each(present ? templates() : [["none", {}] as const])("%s", (name, template) => {
    // Every field is there, and empty: nobody is named.
    expect(read(template).event).toBeNull();
    const { event, faults } = read(fillTemplate(template));
    expect(faults).toEqual([]);
    const expected = templateScenarios[name];
    if (expected === null || expected === undefined) expect(event).toBeNull();
    else expect(event).toMatchObject(expected);
  });
});
