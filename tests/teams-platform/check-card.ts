import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

const file = join(
  resolve(process.env["EXPERT_CORPORA"] ?? "../shared/corpora"),
  "wire/teams/adaptivecards/adaptive-card-1.6.0.schema.json",
);

interface Definition {
  properties?: Record<string, unknown>;
  required?: string[];
}
interface CardSchema {
  $schema?: string;
  $id?: string;
  id?: string;
  definitions: Record<string, Definition>;
}

/** What Teams adds to a card: https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-format */
const msteams = {
  type: "object",
  required: ["width"],
  additionalProperties: false,
  properties: {
    width: { const: "Full" },
    entities: {
      type: "array",
      items: {
        type: "object",
        required: ["type", "text", "mentioned"],
        additionalProperties: false,
        properties: {
          type: { const: "mention" },
          text: { type: "string", pattern: "^<at>[^<>]+</at>$" },
          mentioned: {
            type: "object",
            required: ["id", "name"],
            additionalProperties: false,
            properties: { id: { type: "string", minLength: 1 }, name: { type: "string", minLength: 1 } },
          },
        },
      },
    },
  },
};

let checker: ValidateFunction | null = null;

/** Microsoft's schema of Adaptive Cards, with what Teams adds; null where the corpora are absent, which is said once. */
function cardChecker(): ValidateFunction | null {
  if (checker) return checker;
  if (!existsSync(file)) {
    console.log(`Microsoft's schema is absent (${file}): cards are not held to it. Set EXPERT_CORPORA.`);
    return null;
  }
  const schema = JSON.parse(readFileSync(file, "utf8")) as CardSchema;
  delete schema.$schema;
  delete schema.id;
  // Microsoft's own mistake, of pictures and films: `required` is a list in a schema.
  everyNode(schema, (node) => {
    if (typeof node["required"] === "boolean") delete node["required"];
  });
  const card = schema.definitions["AdaptiveCard"];
  if (!card?.properties) throw new Error("The schema describes no AdaptiveCard.");
  card.properties["msteams"] = msteams;
  // Compiled in half the time where it is not to run fast.
  const ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, code: { optimize: false } });
  formats.default(ajv, ["uri", "uri-reference"]);
  checker = ajv.compile(schema);
  return checker;
}

/** Properties by the version of Adaptive Cards that brought them, where that is after 1.5. */
const tooNew = new Set(["metadata", "labelPosition", "labelWidth", "inputStyle"]);

function everyNode(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) for (const one of value) everyNode(one, visit);
  else if (value !== null && typeof value === "object") {
    visit(value as Record<string, unknown>);
    for (const one of Object.values(value)) everyNode(one, visit);
  }
}

/**
 * Throws where Teams could not show a card: it is not as the schema has it (unknown properties are refused), newer than
 * 1.5, cuts text off, has colours of its own, or a click that older clients cannot send.
 */
export function checkCard(card: unknown): void {
  const check = cardChecker();
  if (check && !check(card)) {
    const [first] = (check.errors ?? []).toSorted(
      (one, other) => other.instancePath.length - one.instancePath.length,
    );
    throw new Error(
      `not an Adaptive Card: ${first?.instancePath ?? ""} ${first?.message ?? ""}\n${JSON.stringify(card)}`,
    );
  }
  checkMentions(card);
  everyNode(card, (node) => {
    const fault = (what: string): never => {
      throw new Error(`${what}: ${JSON.stringify(node)}`);
    };
    for (const name of Object.keys(node)) if (tooNew.has(name)) fault(`${name} is newer than 1.5`);
    if (node["type"] === "AdaptiveCard" && node["version"] !== "1.5") fault("not version 1.5");
    if (node["type"] === "TextBlock" && node["wrap"] !== true) fault("its text is cut off");
    if ("color" in node || "backgroundImage" in node) fault("a colour of its own");
    if (node["type"] === "Action.Execute" && "title" in node) {
      const fallback = node["fallback"] as { type?: string; data?: { verb?: string } } | undefined;
      if (fallback?.type !== "Action.Submit" || fallback.data?.verb !== node["verb"])
        fault("no Action.Submit for clients without Action.Execute");
    }
    if (node["type"] === "Input.Text" && typeof node["label"] !== "string") fault("an input without a label");
  });
}

/** Teams mistakes one mention for another where their number in text blocks differs from the entities'. */
function checkMentions(card: unknown): void {
  const { msteams: added, body } = card as {
    msteams?: { entities?: readonly { text: string }[] };
    body?: unknown;
  };
  const entities = added?.entities ?? [];
  if (entities.length === 0) return;
  const named: string[] = [];
  everyNode(body, ({ type, text }) => {
    if (type === "TextBlock" && typeof text === "string")
      named.push(...(text.match(/<at>[^<>]*<\/at>/g) ?? []));
  });
  if (named.join() !== entities.map(({ text }) => text).join())
    throw new Error(`mentions that the card does not name: ${named.join()}`);
}
