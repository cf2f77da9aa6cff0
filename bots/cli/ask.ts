import type { Parts } from "../../adapters/connect.ts";
import { receiveQuestion } from "../../core/conversation/receive-question.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import { runTurn } from "../../core/conversation/run-turn.ts";
import type { TurnFailure } from "../../core/conversation/turn-store.ts";
import { watchTurn } from "../../core/conversation/watch-turn.ts";
import type { Identity } from "../../core/identity/directory.ts";
import type { DepartmentId } from "../../core/ids.ts";
import { chooseTenant, requireDepartment, signIn } from "./choose-account.ts";
import { renderEvidence } from "./render-reply.ts";
import { readWaitingDocuments } from "./read-waiting-documents.ts";
import { exitCodes, withParts } from "./run-command.ts";
import { plain, printJson, type Terminal } from "./terminal.ts";

export interface AskOptions {
  readonly department?: string;
  readonly tenant?: string;
  readonly as?: string;
}

type Ending =
  { readonly reply: Reply; readonly failure: null } | { readonly reply: null; readonly failure: TurnFailure };

/** Asks one question as a local account and prints what comes of it. */
export function ask(
  terminal: Terminal,
  question: string,
  options: AskOptions,
): Promise<(typeof exitCodes)["done" | "failed" | "notFound"]> {
  return withParts(terminal, { demoCompany: true }, async (parts) => {
    const tenant = await chooseTenant(parts, options.tenant);
    const { department: slug } = options;
    const identity = await signIn(parts, {
      tenant,
      email: options.as,
      allowed: ({ departments, scope }) =>
        slug === undefined || departments.some((one) => one.slug === slug && scope.departments.has(one.id)),
    });
    const { email, roles } = identity.member;
    terminal.detail(`· asking as ${email} (${roles.join(", ")}) of ${tenant.slug}`);
    const department = slug === undefined ? null : requireDepartment(identity, slug);
    if (parts.connected.embedded && !parts.connected.attached) await readWaitingDocuments(parts, terminal);
    const begun = performance.now();
    const ending = await answer(parts, terminal, identity, question, department?.id ?? null);
    const latencyMs = Math.round(performance.now() - begun);
    if (!parts.connected.attached) await parts.database.sealAudit();
    print(terminal, { question, askedAs: email, latencyMs }, ending);
    return exitCodeOf(ending);
  });
}

/** Takes the question in and runs its turn here; where a server took it first, its row tells the end. */
async function answer(
  parts: Parts,
  terminal: Terminal,
  identity: Identity,
  question: string,
  departmentId: DepartmentId | null,
): Promise<Ending> {
  const asked = {
    identity,
    channel: "web",
    eventId: null,
    question,
    departmentId,
    conversationId: null,
  } as const;
  const { turnId } = await receiveQuestion(parts, asked);
  const stop = new AbortController();
  const running = runTurn(parts.turns, identity.member.tenantId, turnId);
  // A turn that cannot go on says nothing more: the watch ends with it, and the error is thrown below.
  running.catch(() => {
    stop.abort();
  });
  const watching = { afterSequence: 0, signal: stop.signal, mayHaveEnded: false };
  let streamed = "";
  let ending: Ending | null = null;
  for await (const { event } of watchTurn(parts, identity.member, turnId, watching)) {
    if (event.kind === "text" && terminal.live) {
      streamed += event.text;
      terminal.out(plain(event.text));
    } else if (event.kind === "reply") {
      ending = { reply: event.reply, failure: null };
      if (!terminal.json) terminal.out(unsaid(streamed, event.reply.text));
    } else if (event.kind === "error") {
      const { code, message, remedy } = event;
      ending = { reply: null, failure: { code, message, remedy } };
    }
  }
  await running;
  if (ending) return ending;
  throw new Error("the turn ended without a reply");
}

/** What a reply adds to what was streamed; all of it where it says something else. */
function unsaid(streamed: string, text: string): string {
  if (streamed === "") return `${plain(text)}\n`;
  return text.startsWith(streamed) ? `${plain(text.slice(streamed.length))}\n` : `\n\n${plain(text)}\n`;
}

function print(
  terminal: Terminal,
  facts: { readonly question: string; readonly askedAs: string; readonly latencyMs: number },
  { reply, failure }: Ending,
): void {
  if (terminal.json) {
    const state = reply ? stateOf(reply) : failure.code === "cancelled" ? "cancelled" : "failed";
    const { question, ...rest } = facts;
    printJson(terminal, { question, state, reply, failure, ...rest });
  } else if (reply) {
    terminal.out(`${renderEvidence(reply)}\n`);
  } else {
    terminal.note(failure.message);
    if (failure.remedy !== null) terminal.note(`What to do: ${failure.remedy}`);
  }
  if (reply?.kind === "answer") terminal.detail(`· answered by ${reply.answeredBy}`);
  terminal.detail(`· in ${String(facts.latencyMs)} ms`);
}

const stateOf = (reply: Reply): "answered" | "not_found" =>
  reply.kind === "answer" ? "answered" : "not_found";

function exitCodeOf({ reply }: Ending): (typeof exitCodes)["done" | "failed" | "notFound"] {
  if (!reply) return exitCodes.failed;
  return reply.kind === "answer" ? exitCodes.done : exitCodes.notFound;
}
