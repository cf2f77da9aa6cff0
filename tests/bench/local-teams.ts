import { join } from "node:path";
import type { TokenIssuer } from "../teams/token-issuer.ts";
import type { WrittenEvent } from "./event-sender.ts";
import { withFixture } from "./fixture-process.ts";
import { readLines } from "./json-lines.ts";

export type TeamsOrder =
  | { readonly kind: "found"; readonly tenants: number; readonly emails: readonly string[] }
  | { readonly kind: "write"; readonly questions: readonly string[]; readonly file: string }
  | { readonly kind: "look"; readonly file: string };

export interface TeamsQuestion extends WrittenEvent {
  readonly msTenantId: string;
  /** As activities name it: in a channel with `;messageid=`. */
  readonly conversationId: string;
}

/** A message of the bot that people see. */
export interface BotMessage {
  readonly id: string;
  readonly conversationId: string;
  /** Whether its stream has not come to its end. */
  readonly unfinished: boolean;
  /** Of a card, the turn that its buttons are about. */
  readonly cardOf: string | null;
}

export interface FoundedTeams {
  readonly appId: string;
  readonly issuer: TokenIssuer["settings"];
  /** Microsoft tenants, each with the token that its activities come with. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly placesCount: number;
}

/** What the connector has seen. */
export interface SeenInTeams {
  readonly refusedCalls: number;
  readonly refusals: readonly string[];
}

export interface LocalTeams extends FoundedTeams {
  readonly pid: number;
  /** Has people write these questions, in all chats and channels in turn, without telling the bot. */
  write(questions: readonly string[]): Promise<readonly TeamsQuestion[]>;
  look(): Promise<SeenInTeams & { readonly messages: readonly BotMessage[] }>;
}

/**
 * Runs `work` with a local Teams in a process of its own, which throttles as Teams does: Microsoft tenants where the app
 * is installed and these people are.
 */
export async function withLocalTeams<T>(
  {
    folder,
    tenants,
    emails,
  }: { readonly folder: string; readonly tenants: number; readonly emails: readonly string[] },
  work: (teams: LocalTeams) => Promise<T>,
): Promise<T> {
  return await withFixture("local-teams.fixture.ts", async ({ pid, ask }) => {
    const order = <Answer>(asked: TeamsOrder): Promise<Answer> => ask<Answer>(asked);
    const founded = await order<FoundedTeams>({ kind: "found", tenants, emails });
    return await work({
      ...founded,
      pid,
      async write(questions) {
        const file = join(folder, "questions.jsonl");
        await order({ kind: "write", questions, file });
        return await readLines<TeamsQuestion>(file);
      },
      async look() {
        const file = join(folder, "messages.jsonl");
        const seen = await order<SeenInTeams>({ kind: "look", file });
        return { ...seen, messages: await readLines<BotMessage>(file) };
      },
    });
  });
}
