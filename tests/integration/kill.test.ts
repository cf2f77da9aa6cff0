import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import type { DocumentView } from "../../bots/http/contract/knowledge.ts";
import { type ApiClient, endedTurn, settledDocument, signIn } from "../support/api-client.ts";
import { type ModelServer, startModelServer } from "../support/model-server.ts";
import { type MortalProcess, startMortal } from "../support/mortal-process.ts";
import { departmentOf, until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

jest.setTimeout(180_000);

/** After each of these commits of a turn, in their order, the process is killed. */
const turnSteps = [
  "received",
  "taken",
  "routed",
  "retrieved",
  "drafted",
  "checked",
  "ended",
  "posting",
  "posted",
] as const;
/** The same for the ingestion of an upload. */
const documentSteps = [
  "stored",
  "registered",
  "claimed",
  "extracted",
  "staged",
  "embedding",
  "published",
] as const;

const manual = "# Pump manual\n\nTo start the pump, open the inlet valve and turn the green key.\n";
/** Long enough for several batches of embeddings where it is to be killed between two. */
const textFor = (step: string): string =>
  [
    `# hang-${step}`,
    ...Array.from(
      { length: step === "embedding" ? 100 : 3 },
      (_, section) =>
        `# Part ${String(section)} of ${step}\n\n${`Sentence of part ${String(section)} in ${step}. `.repeat(60)}`,
    ),
  ].join("\n\n");

/**
 * Every step of a turn and of an ingestion stands still in one process, each right after its commit; SIGKILL ends it
 * there, the embedded database with it; another process of the same data folder goes on.
 */
describe("a process that is killed", () => {
  let folder: string;
  let model: ModelServer;
  let settings: Record<string, string>;
  let company: ProvisionedCompany;
  let second: MortalProcess | undefined;
  let client: ApiClient;
  let owner: pg.Client | undefined;
  const turnIds = new Map<string, string>();
  const documentIds = new Map<string, string>();

  const ownerUrl = async (): Promise<string> => {
    const runtime = JSON.parse(await readFile(join(folder, "runtime.json"), "utf8")) as { ownerUrl: string };
    return runtime.ownerUrl;
  };
  const rows = async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> => {
    if (!owner) throw new Error("the database is not connected");
    return (await owner.query<T>(text, values)).rows;
  };
  const questionFor = (step: string): string => `How do I start the pump (${step})?`;
  const eventFor = (step: string): string => `hang-${step}-0001`;
  const ask = (step: string) =>
    client.request<{ turnId: string }>("POST", "/turns", {
      question: questionFor(step),
      eventId: eventFor(step),
    });
  const upload = (step: string) => {
    const form = new FormData();
    form.set("departmentId", departmentOf(company, "operations"));
    form.set("file", new Blob([textFor(step)], { type: "text/markdown" }), `hang-${step}.md`);
    return client.request<{ document: DocumentView; outcome: string }>("POST", "/documents", form);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "expert-kill-"));
    model = await startModelServer();
    settings = {
      DATA_DIR: folder,
      PORT: "0",
      DEMO_COMPANY: "false",
      INGESTION_CONCURRENCY: "16",
      MODEL_BASE_URL: model.baseUrl,
      MODEL_NAME: "test-chat",
      ANSWER_CACHE_MINUTES: "0",
      EMBEDDING_MODEL: "test-embedding",
    };
    const first = await startMortal("hang", settings);
    company = await provisionCompany(await ownerUrl(), smallCompany(), { localAccounts: true });
    client = await signIn(first.url, "ada@small.example");
    await client.upload("pump.md", manual, departmentOf(company, "operations"));
    // A request whose process dies while it stands still has no answer; the others do.
    const answers = [
      ...turnSteps.map(async (step) => turnIds.set(step, (await ask(step)).body.turnId)),
      ...documentSteps.map(async (step) => documentIds.set(step, (await upload(step)).body.document.id)),
    ];
    const ended = Promise.allSettled(answers);
    await first.waitForHung([...turnSteps, ...documentSteps], 120_000);
    await first.kill();
    await ended;
    second = await startMortal("run", settings);
    client = await signIn(second.url, "ada@small.example");
    owner = new pg.Client({ connectionString: await ownerUrl() });
    owner.on("error", () => undefined);
    await owner.connect();
  }, 400_000);
  afterAll(async () => {
    await owner?.end();
    await second?.stop();
    await model.close();
    await removeFolder(folder);
  }, 120_000);

  it("was killed with something standing still after every step", async () => {
    expect([...turnIds.keys()].toSorted()).toEqual(
      turnSteps.filter((step) => step !== "received").toSorted(),
    );
    expect([...documentIds.keys()].toSorted()).toEqual(
      documentSteps.filter((step) => step !== "stored" && step !== "registered").toSorted(),
    );
    expect(model.violations).toEqual([]);
  });

  it.each(turnSteps)("answers once a question that was left after “%s”", async (step) => {
    const again = await ask(step);
    expect(again.status).toBe(202);
    const { turnId } = again.body;
    const known = turnIds.get(step);
    if (known !== undefined) expect(turnId).toBe(known);
    const turn = await endedTurn(client, turnId);
    expect(turn).toMatchObject({ state: "answered", question: questionFor(step), failure: null });
    expect(turn.reply?.text).toContain("open the inlet valve");
    await until("its message is posted", async () => {
      const outbox = await rows<{ state: string }>("select state from outbox where turn_id = $1", [turnId]);
      expect(outbox.length).toBe(1);
      return outbox[0]?.state === "posted";
    });
    expect(
      await rows(
        `select (select count(*)::integer from inbox where split_part(event_id, ':', 2) = $1) as events,
           (select count(*)::integer from turns where question = $2) as turns,
           (select undelivered from conversations c join turns t on t.conversation_id = c.id where t.id = $3)
             as undelivered`,
        [eventFor(step), questionFor(step), turnId],
      ),
    ).toEqual([{ events: 1, turns: 1, undelivered: 0 }]);
  });

  it("asked the model once for each question, whatever was interrupted", () => {
    for (const step of turnSteps) {
      const asked = model.chats.filter(({ messages }) =>
        JSON.stringify(messages).includes(questionFor(step)),
      );
      expect({ step, times: asked.length }).toEqual({ step, times: 1 });
    }
  });

  it("told the audit trail each step of each question once, in order", async () => {
    for (const step of turnSteps) {
      const events = await rows<{ event: string; status: string }>(
        `select a.event, a.status from audit_events a join inbox i on i.id = a.resource_id
         where split_part(i.event_id, ':', 2) = $1 order by a.position`,
        [eventFor(step)],
      );
      expect({ step, events: events.map(({ event, status }) => `${event} ${status}`) }).toEqual({
        step,
        events: [
          "chat.request started",
          "search.query started",
          "search.query success",
          "tool.invocation started",
          "tool.invocation success",
          "chat.response started",
          "chat.response success",
          "chat.delivery success",
        ],
      });
    }
  });

  it("lost nothing of a file that was stored but not registered: sent again, it is taken", async () => {
    expect(await rows("select from documents where name = 'hang-stored.md'")).toEqual([]);
    const again = await upload("stored");
    expect(again).toMatchObject({ status: 202, body: { outcome: "created" } });
  });

  it.each(documentSteps)("makes ready once a document that was left after “%s”", async (step) => {
    const again = await upload(step);
    expect(again).toMatchObject({ status: 202, body: { outcome: "unchanged" } });
    const known = documentIds.get(step);
    const { id } = again.body.document;
    if (known !== undefined && step !== "stored") expect(id).toBe(known);
    const document = await settledDocument(client, id);
    expect(document).toMatchObject({ state: "ready", failure: null });
    expect(
      await rows(
        `select count(*)::integer as passages, count(distinct revision)::integer as revisions,
           count(distinct position)::integer as places, count(embedding)::integer as embedded
         from passages where document_id = $1`,
        [id],
      ),
    ).toEqual([
      {
        passages: document.passageCount,
        revisions: 1,
        places: document.passageCount,
        embedded: document.passageCount,
      },
    ]);
    const { body } = await client.request<{ passages: { text: string }[] }>(
      "GET",
      `/documents/${id}/passages`,
    );
    expect(body.passages.some(({ text }) => text.includes(`part 2 in ${step}`))).toBe(true);
  });

  it("embedded each passage once, also of the document that was left between two batches", () => {
    const texts = model.embeddings
      .flatMap(({ input }) => input)
      .filter((text) => text.includes("Sentence of"));
    const times = new Map<string, number>();
    for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
    expect([...times.values()].filter((count) => count !== 1)).toEqual([]);
    expect(texts.filter((text) => text.includes("in embedding")).length).toBeGreaterThan(64);
  });

  it("finds by search what was ingested across the kill", async () => {
    const turn = await client.ask("What is the sentence of part 1 in extracted?");
    expect(turn.reply?.kind === "answer" && turn.reply.citations[0]?.documentId).toBe(
      documentIds.get("extracted"),
    );
  });

  it("answers every question that it accepted, once, when it is killed under load", async () => {
    if (!second) throw new Error("it did not start");
    const questions = Array.from({ length: 60 }, (_, number) => ({
      eventId: `under-load-${String(number)}`,
      question: `How do I start the pump, asked for the ${String(number)}th time?`,
    }));
    const send = (question: (typeof questions)[number]) =>
      client.request<{ turnId: string }>("POST", "/turns", question);
    const sent = questions.map((question) => send(question));
    await Promise.all(sent.slice(0, 40));
    const results = Promise.allSettled(sent);
    await second.kill();
    await owner?.end();
    const accepted = (await results).map((result) =>
      result.status === "fulfilled" ? result.value.body.turnId : null,
    );
    expect(accepted.filter((id) => id !== null).length).toBeGreaterThanOrEqual(40);
    second = await startMortal("run", settings);
    client = await signIn(second.url, "ada@small.example");
    owner = new pg.Client({ connectionString: await ownerUrl() });
    owner.on("error", () => undefined);
    await owner.connect();
    for (const [number, question] of questions.entries()) {
      const { turnId } = (await send(question)).body;
      if (accepted[number] !== null) expect(turnId).toBe(accepted[number]);
    }
    const counts = () =>
      rows<{ turns: number; messages: number; answered: number; posted: number }>(
        `select count(distinct t.id)::integer as turns, count(o.id)::integer as messages,
           count(distinct t.id) filter (where t.state = 'answered')::integer as answered,
           count(o.id) filter (where o.state = 'posted')::integer as posted
         from turns t left join outbox o on o.turn_id = t.id where t.question like '%th time?'`,
      );
    const all = questions.length;
    await until("every message is posted", async () => (await counts())[0]?.posted === all, 120_000);
    expect(await counts()).toEqual([{ turns: all, messages: all, answered: all, posted: all }]);
  }, 400_000);
});
