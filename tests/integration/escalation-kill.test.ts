import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type EscalationKill,
  killedQuestion,
  onceMore,
  startEscalationKill,
} from "../support/escalation-kill.ts";
import { pause, until } from "../support/sample-work.ts";

/** Calls to one connection are made four at a time: those that stand still have several connections among them. */
const groups = 3;

/** On the way out, in the order in which it is done: the question becomes a ticket and an incident. */
const outwards = [
  /** Overdue: before it is kept that it is escalated; kept; its card is written, and nobody woken. */
  "raisedue",
  "raisekept",
  "raiseshown",
  /** The call is taken; that it begins is noted; Jira has made the ticket, and nobody knows; it is linked. */
  "tickettaken",
  "ticketbegun",
  "ticketcreated",
  "ticketlinked",
  /** The card's change is written; the news; the call is not yet done; done. */
  "ticketshown",
  "tickettold",
  "ticketending",
  "ticketdone",
  /** The same of the incident, and how it stands is kept. */
  "pagetaken",
  "pagebegun",
  "pagetriggered",
  "pagelinked",
  "pageread",
  "pageshown",
  "pagetold",
  "pageending",
  "pagedone",
] as const;
/** A comment in Jira: its webhook is stored and not acknowledged; in a worker's hands; told; not settled. */
const commented = ["commentstored", "commenttaken", "commenttold", "commentsettling"] as const;
/** Resolved in Jira by a comment that is the answer. */
const resolved = [
  "resolvestored",
  "resolvetaken",
  "resolvetold",
  /** The answer is decided; it is learned: the file's document, the verified answer. */
  "resolvevoted",
  "documented",
  "verified",
  /** The call that resolves the incident is written; that the ticket is resolved is kept; the card; not settled. */
  "resolvepassed",
  "resolvekept",
  "resolveshown",
  "resolvesettling",
  /** PagerDuty has resolved the incident, and nobody knows. */
  "pageresolved",
] as const;
/** Acknowledged in PagerDuty. */
const acknowledged = ["acktold", "ackkept", "ackshown"] as const;
/** Resolved in PagerDuty, which brings no answer: whoever resolved it is asked for it, and the ticket is closed. */
const wanted = ["wantpassed", "wantkept", "wanttold", "wantchanged", "ticketmoved"] as const;
/**
 * Added in the console: the calls are written, and nobody woken; Jira and PagerDuty have the words, and nobody knows.
 */
const added = ["addwritten", "addposted", "addjotted"] as const;
/** Resolved in the console: that is kept, and nobody told or woken. */
const byHand = ["handkept"] as const;
const inwards = [...commented, ...resolved, ...acknowledged, ...wanted, ...added, ...byHand] as const;
const steps = [...outwards, ...inwards] as const;
type Step = (typeof steps)[number];

const answerTo = (step: Step): string => `Turn the blue wheel of ${step}, then the red one.`;

const wordsOf = (step: Step): string => `The seal of ${step} leaks.`;

/**
 * Every step of an escalation stands still in one process, on the way to a ticket and an incident and on the way back; SIGKILL
 * ends it there, the embedded database with it; another process of the same data folder goes on.
 */
describe("a process that is killed while it escalates", () => {
  let killed: EscalationKill;
  /** How many tickets and incidents there were at the kill. */
  const atKill = new Map<Step, readonly [tickets: number, incidents: number]>();
  const made = (step: Step): readonly [number, number] => [
    killed.ticketsOf(step).length,
    killed.incidentsOf(step).length,
  ];
  const nothing = async (what: string): Promise<boolean> =>
    (await killed.rows(`select 1 from ${what}`)).length === 0;
  const handled = (): Promise<void> =>
    until("all that was told is handled", () => nothing("inbox where taken_at is null"), 60_000);

  beforeAll(async () => {
    killed = await startEscalationKill(steps, groups + 1);
    const { jira, pagerDuty, onCall } = killed;
    await killed.ask(steps);
    await killed.escalateTo(groups);
    for (const step of inwards) await killed.overdue(step);
    for (const step of inwards) await killed.stands(step, ["ticket open", "page open"]);
    for (let group = 0; group < groups; group += 1) {
      await killed.escalateTo(group);
      const own = outwards.filter((_, at) => at % groups === group);
      for (const step of own) await killed.overdue(step);
      await killed.waitForHung(own, 120_000);
    }
    killed.listenTo(groups);
    const ada = { name: "Ada Admin", email: "ada@small.example" };
    const ticket = (step: Step): string => killed.ticketsOf(step)[0]?.key ?? "";
    for (const step of [...commented, ...resolved])
      jira.comment(ticket(step), { by: ada, text: answerTo(step) });
    for (const step of resolved)
      await until(
        "its comment is told",
        async () => killed.saying(step, "commented on").length === 1,
        60_000,
      );
    for (const step of resolved) jira.move(ticket(step), "Close issue", ada);
    for (const step of acknowledged) pagerDuty.acknowledge(killed.incidentsOf(step)[0]!, onCall);
    for (const step of wanted) pagerDuty.resolve(killed.incidentsOf(step)[0]!, onCall);
    const acting = [
      ...added.map((step) => killed.act(step, { kind: "comment", text: wordsOf(step) })),
      ...byHand.map((step) => killed.act(step, { kind: "resolve" })),
    ];
    await killed.waitForHung(steps, 120_000);
    // What does not stand still is done: Slack has taken nothing that nobody knows of.
    await pause(2_000);
    for (const step of steps) atKill.set(step, made(step));
    await killed.restart();
    await Promise.all(acting);
  }, 900_000);
  afterAll(() => killed?.close(), 120_000);

  it("was killed before there was a ticket, and once there was one that nobody knew of", () => {
    const [tickets, incidents] = [0, 1] as const;
    const counts = (steps: readonly Step[], which: 0 | 1) => steps.map((step) => atKill.get(step)?.[which]);
    expect(counts(["raisedue", "raisekept", "tickettaken", "ticketbegun"], tickets)).toEqual([0, 0, 0, 0]);
    expect(counts(["ticketcreated", "ticketlinked"], tickets)).toEqual([1, 1]);
    expect(counts(["raisedue", "raisekept", "pagetaken", "pagebegun"], incidents)).toEqual([0, 0, 0, 0]);
    expect(counts(["pagetriggered", "pagelinked"], incidents)).toEqual([1, 1]);
  });

  it("waits for a ticket that may still appear before it makes another", async () => {
    await killed.stands("ticketcreated", ["ticket open", "page open"]);
    const isPaged = async (): Promise<boolean> => {
      const { states, calls, doubted } = await killed.rowOf("ticketbegun");
      return String(states) === "ticket pending,page open" && calls === 1 && doubted === 1;
    };
    await until("only the ticket is in doubt", isPaged, 60_000);
    expect(killed.ticketsOf("ticketbegun")).toHaveLength(0);
    // As if so long had passed: `settleMs`.
    await killed.rows(
      "update dispatches set doubt_since = doubt_since - interval '3 minutes', next_attempt_at = now() where doubt_since is not null and state = 'pending' and subject not like $1",
      [onceMore],
    );
    await killed.stands("ticketbegun", ["ticket open", "page open"]);
    expect(killed.ticketsOf("ticketbegun")).toHaveLength(1);
  }, 300_000);

  it.each(outwards)(
    "makes one ticket and one incident, and tells it once, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket open", "page open"]);
      expect(await killed.rowOf(step)).toMatchObject({ escalations: 1, dead: 0 });
      expect(made(step)).toEqual([1, 1]);
      expect(killed.cardsOf(step)).toHaveLength(1);
      expect(killed.saying(step, "was created.")).toHaveLength(1);
      expect(killed.saying(step, "is on call and was paged")).toHaveLength(1);
    },
    240_000,
  );

  it.each([...commented, ...resolved])(
    "tells a comment once, where it was left after “%s”",
    async (step) => {
      await until("it is told", async () => killed.saying(step, "commented on").length > 0, 60_000);
      await handled();
      expect(killed.saying(step, "commented on")).toHaveLength(1);
    },
    300_000,
  );

  it.each(resolved)(
    "learns and sends the answer once, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket resolved", "page resolved"]);
      await until("the answer is sent", async () => killed.saying(step, "Verified by").length > 0, 60_000);
      const [learned] = await killed.rows(
        `select a.state, (select count(*)::integer from audit_events e
             where e.resource_id = a.id and e.event = 'approval.decided') as decisions,
           (select count(*)::integer from verified_answers v where v.approval_id = a.id) as verified,
           (select count(*)::integer from verified_answers v join documents d on d.id = v.document_id
             where v.approval_id = a.id) as documents
         from approvals a join turns t on t.id = a.turn_id where t.question = $1`,
        [killedQuestion(step)],
      );
      expect(learned).toEqual({ state: "corrected", decisions: 1, verified: 1, documents: 1 });
      const answers = killed.saying(step, "Verified by");
      expect(answers).toHaveLength(1);
      expect(answers[0]).toContain(answerTo(step));
      expect(killed.saying(step, "Resolved in Jira")).toHaveLength(1);
      expect(killed.cardsOf(step)).toHaveLength(1);
      expect(made(step)).toEqual([1, 1]);
      expect(killed.incidentsOf(step)[0]?.status).toBe("resolved");
      expect(killed.askedForAnswer(step)).toBe(0);
    },
    300_000,
  );

  it.each(acknowledged)(
    "says once who has it, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket open", "page acknowledged"]);
      expect(killed.saying(step, "acknowledged it")).toHaveLength(1);
      const cards = killed.cardsOf(step);
      expect(cards).toHaveLength(1);
      expect(cards[0]).toContain("has it in hand");
      expect(made(step)).toEqual([1, 1]);
    },
    240_000,
  );

  it.each(wanted)(
    "asks for the answer once, and closes the ticket, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket resolved", "page resolved"]);
      await until("the answer is asked for", async () => killed.askedForAnswer(step) > 0, 60_000);
      expect(killed.askedForAnswer(step)).toBe(1);
      expect(killed.saying(step, "Resolved in PagerDuty")).toHaveLength(1);
      expect(killed.cardsOf(step)).toHaveLength(1);
      expect(killed.ticketsOf(step).map(({ status }) => status)).toEqual(["Done"]);
    },
    240_000,
  );

  it.each(added)(
    "adds words once to the ticket and the incident, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket open", "page open"]);
      const written = (all: readonly object[] | undefined) =>
        all?.filter((one) => JSON.stringify(one).includes(wordsOf(step))).length;
      expect(written(killed.ticketsOf(step)[0]?.comments)).toBe(1);
      expect(written(killed.incidentsOf(step)[0]?.notes)).toBe(1);
      expect(killed.saying(step, "commented on")).toHaveLength(0);
    },
    240_000,
  );

  it.each(byHand)(
    "resolves the ticket and the incident, where it was left after “%s”",
    async (step) => {
      await killed.stands(step, ["ticket resolved", "page resolved"]);
      expect(killed.ticketsOf(step).map(({ status }) => status)).toEqual(["Done"]);
      expect(killed.incidentsOf(step).map(({ status }) => status)).toEqual(["resolved"]);
      expect(killed.saying(step, "Resolved by Ada Admin")).toHaveLength(1);
      expect(killed.saying(step, "Resolved in ")).toHaveLength(0);
      expect(killed.cardsOf(step)).toHaveLength(1);
      expect(killed.cardsOf(step)[0]).toContain("Ada Admin resolved the escalation");
    },
    240_000,
  );

  it("changes nothing once Jira and PagerDuty tell all of it once more", async () => {
    const counts = () => steps.map((step) => [step, killed.saying(step).length, killed.askedForAnswer(step)]);
    await until("nothing waits", () => nothing("outbox where state = 'pending'"));
    const before = counts();
    for (const delivery of [...killed.jira.webhooks.deliveries]) await killed.jira.webhooks.repeat(delivery);
    for (const delivery of [...killed.pagerDuty.webhooks.deliveries])
      if (delivery.answers.length > 0) await killed.pagerDuty.webhooks.send(delivery);
    await handled();
    await pause(1_500);
    expect(counts()).toEqual(before);
  }, 240_000);

  it("looks for a second ticket once more, and finds none", async () => {
    await killed.rows("update dispatches set next_attempt_at = now() where subject like $1", [onceMore]);
    await until(
      "it has looked",
      () => nothing(`dispatches where state = 'pending' and subject like '${onceMore}'`),
      60_000,
    );
    for (const step of steps) expect([step, killed.ticketsOf(step).length]).toEqual([step, 1]);
    expect(killed.jira.issues()).toHaveLength(steps.length);
    expect(killed.pagerDuty.incidents).toHaveLength(steps.length);
  }, 180_000);

  it("asked Slack, Jira and PagerDuty for nothing that they refuse", () => {
    expect(killed.slack.violations).toEqual([]);
    expect(killed.jira.violations).toEqual([]);
    expect(killed.pagerDuty.violations).toEqual([]);
  });
});
