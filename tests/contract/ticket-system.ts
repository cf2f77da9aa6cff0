import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { ExternalChange } from "../../core/escalation/external-change.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import type { CreatedTicket, TicketDraft, TicketSystem } from "../../core/escalation/ticket-system.ts";

/** How the next request of a system ends. `unreachable`: no connection is made; `lost`: it is made, and no answer comes. */
export type TicketFault = "busy" | "broken" | "refused" | "credentials" | "unreachable" | "lost";

/** A ticket system, with what its own people do there. */
export interface TicketSystemUnderTest {
  readonly tickets: TicketSystem;
  /** The policy's words for it. */
  readonly ticket: Parameters<typeof policyTicket>[0];
  /** Names for `transition`: to somebody having it in hand, and to settled. */
  readonly transitions: { readonly acknowledge: string; readonly resolve: string };
  /** Larger files are refused. */
  readonly attachmentLimitBytes: number;
  /** How many tickets stand there. */
  count(): number;
  /** Names of a ticket's files. */
  files(externalId: string): readonly string[];
  /** Somebody there writes a comment. */
  comment(
    externalId: string,
    comment: { readonly by: ExternalPerson; readonly text: string; readonly internal: boolean },
  ): Promise<void>;
  assign(externalId: string, to: ExternalPerson): Promise<void>;
  remove(externalId: string): Promise<void>;
  /** The next request ends so. */
  failNext(fault: TicketFault): void;
  close(): Promise<void>;
}

/** A policy's ticket with all that has a default. */
export function policyTicket(
  written: Record<string, unknown> & { readonly connection: string },
): TicketDraft["ticket"] {
  const { ticket } = escalationPolicy.parse({ ticket: written });
  if (!ticket) throw new Error("The policy has no ticket.");
  return ticket;
}

/** A ticket as a department's question makes it. */
export const sampleTicketDraft = (
  ticket: TicketDraft["ticket"],
  changed: Partial<TicketDraft> = {},
): TicketDraft => ({
  summary: "How do I get a parking card?",
  language: "en",
  department: "Facilities",
  askedBy: "Ada",
  why: "Nobody decided on the draft in time.",
  severity: "warning",
  transcript: [
    { who: "Ada", at: new Date("2026-11-20T08:00:00Z"), text: "How do I get a **parking card**?" },
    { who: "The Expert", at: new Date("2026-11-20T08:00:04Z"), text: "I asked Facilities.\n\n- one\n- two" },
  ],
  draft: "Ask at the *front desk* [1].",
  citations: [
    { title: "Parking", quote: "Cards are at the front desk.", url: "https://expert.example/sources/1" },
  ],
  withheld: false,
  links: [{ label: "Conversation", url: "https://expert.example/chat/1" }],
  ticket,
  ...changed,
});

const ben: ExternalPerson = { name: "Ben Boone", email: "ben@vendor.example" };
const patienceMs = 30_000;

let keys = 0;
const freshKey = (): string => `contract-${process.pid.toString(36)}-${(keys += 1).toString(36)}`;

/** What every ticket system does; on the fake, and on each adapter with its vendor's platform. */
export function ticketSystemContract(name: string, open: () => Promise<TicketSystemUnderTest>): void {
  describe(`ticket system: ${name}`, () => {
    let system: TicketSystemUnderTest;
    beforeAll(async () => {
      system = await open();
    });
    afterAll(() => system.close());

    const draft = (changed: Partial<TicketDraft> = {}): TicketDraft =>
      sampleTicketDraft(policyTicket(system.ticket), changed);
    const make = async (key = freshKey()): Promise<CreatedTicket> => system.tickets.create(draft(), key);
    const read = async (
      { externalId }: CreatedTicket,
      since: Date | null = null,
    ): Promise<ExternalChange | null> => system.tickets.read(externalId, "last_comment", since);
    /** What was made a moment ago may be missing yet. */
    async function findAll(key: string, expected: number): Promise<readonly CreatedTicket[]> {
      const until = Date.now() + patienceMs;
      for (;;) {
        const found = await system.tickets.find(key);
        if (found.length >= expected || Date.now() > until) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }

    it("makes a ticket that is found by its key, and by no other", async () => {
      const key = freshKey();
      const made = await make(key);
      expect(made.externalKey).not.toBe("");
      expect(made.url).toMatch(/^https?:\/\//);
      expect(await findAll(key, 1)).toEqual([made]);
      expect(await system.tickets.find(freshKey())).toEqual([]);
      // Neither what begins like it, nor what a query language would read into it.
      expect(await system.tickets.find(key.slice(0, -1))).toEqual([]);
      expect(await system.tickets.find(`${key}" OR labels is not EMPTY OR summary ~ "`)).toEqual([]);
    });

    it("makes one for each call, and finds the oldest first", async () => {
      const key = freshKey();
      const before = system.count();
      const first = await make(key);
      const second = await make(key);
      expect(system.count()).toBe(before + 2);
      expect(await findAll(key, 2)).toEqual([first, second]);
    });

    it("takes a draft of any length and any words", async () => {
      const odd =
        "{code} [~admin] <b>|*_-+^~ \\ `tick` 'q' \"dq\" &amp; \u0000\u0007\ud83d ก่อน 😀 [link](https://x.example/?a=1&b=2) ";
      const long = odd.repeat(1_000);
      const made = await system.tickets.create(
        draft({
          summary: odd.slice(0, 100),
          language: "th",
          transcript: Array.from({ length: 40 }, (_, at) => ({
            who: odd,
            at: new Date(1_790_000_000_000 + at * 1_000),
            text: long,
          })),
          draft: long,
          citations: [{ title: odd, quote: long, url: null }],
          withheld: true,
        }),
        freshKey(),
      );
      expect(await read(made)).toMatchObject({ externalId: made.externalId, state: "open" });
    });

    it("tells how a new ticket stands", async () => {
      const key = freshKey();
      const made = await make(key);
      const change = await read(made);
      expect(change).toMatchObject({
        externalId: made.externalId,
        key,
        externalKey: made.externalKey,
        url: made.url,
        state: "open",
        status: expect.stringMatching(/./),
        assignees: [],
        resolution: null,
        comments: [],
        answer: null,
      });
      expect(change?.at).toBeInstanceOf(Date);
    });

    it("tells who it is assigned to", async () => {
      const made = await make();
      await system.assign(made.externalId, ben);
      expect((await read(made))?.assignees).toEqual([ben]);
    });

    it("moves by name, in letters of either case, and again changes nothing", async () => {
      const made = await make();
      const { acknowledge, resolve } = system.transitions;
      await system.tickets.transition(made.externalId, acknowledge);
      const inHand = await read(made);
      expect(inHand?.state).toBe("acknowledged");
      expect(inHand?.isOurs).toBeUndefined();
      await system.tickets.transition(made.externalId, acknowledge.toUpperCase());
      expect((await read(made))?.at).toEqual(inHand?.at);
      await system.tickets.transition(made.externalId, resolve);
      const settled = await read(made);
      expect(settled).toMatchObject({ state: "resolved", isOurs: true });
      expect(settled?.at.getTime()).toBeGreaterThanOrEqual(inHand?.at.getTime() ?? Infinity);
    });

    it("refuses a move that there is not", async () => {
      const made = await make();
      await expect(system.tickets.transition(made.externalId, "No such thing")).rejects.toMatchObject({
        code: "channel_refused",
      });
    });

    it("writes a comment once for each key, and knows it for its own", async () => {
      const made = await make();
      const comment = { key: freshKey(), by: "Ada", text: "It is **urgent**: {code} [~admin] <b>" };
      await system.tickets.comment(made.externalId, comment);
      await system.tickets.comment(made.externalId, comment);
      await system.tickets.comment(made.externalId, { ...comment, key: freshKey() });
      const comments = (await read(made))?.comments ?? [];
      expect(comments.map(({ isOurs }) => isOurs)).toEqual([true, true]);
      expect(comments[0]?.text).toContain("urgent");
    });

    it("tells what others comment, oldest first, and whether it is public", async () => {
      const made = await make();
      await system.comment(made.externalId, { by: ben, text: "Looking into it.", internal: false });
      await system.comment(made.externalId, { by: ben, text: "The asker is difficult.", internal: true });
      await system.comment(made.externalId, { by: ben, text: "It is *done*.", internal: false });
      const comments = (await read(made))?.comments ?? [];
      expect(comments.map(({ isPublic, isOurs }) => [isPublic, isOurs])).toEqual([
        [true, false],
        [false, false],
        [true, false],
      ]);
      expect(comments[0]).toMatchObject({ by: ben, text: "Looking into it." });
      expect(comments[2]?.text).toContain("done");
      expect(new Set(comments.map(({ id }) => id)).size).toBe(3);
      // What is not public is never told as the answer.
      const since = comments[1]?.at ?? null;
      expect((await read(made, since))?.comments.at(-1)?.id).toBe(comments[2]?.id);
      expect((await read(made, new Date(Date.now() + 3_600_000)))?.comments).toEqual([]);
    });

    it("attaches a file of a name once, and none that is too large", async () => {
      const made = await make();
      const file = { name: "plan ก.txt", mediaType: "text/plain", content: Buffer.from("a plan") };
      await system.tickets.attach(made.externalId, file);
      await system.tickets.attach(made.externalId, file);
      expect(system.files(made.externalId)).toEqual([file.name]);
      await expect(
        system.tickets.attach(made.externalId, {
          ...file,
          name: "large.bin",
          content: new Uint8Array(system.attachmentLimitBytes + 1),
        }),
      ).rejects.toMatchObject({ code: "channel_refused" });
      expect(system.files(made.externalId)).toEqual([file.name]);
    });

    it("closes what was made twice, and again changes nothing", async () => {
      const key = freshKey();
      const first = await make(key);
      const second = await make(key);
      await system.tickets.closeDuplicate(second.externalId, first);
      await system.tickets.closeDuplicate(second.externalId, first);
      const closed = await read(second);
      expect(closed?.state).toBe("resolved");
      const said = closed?.comments.filter(({ isOurs }) => isOurs) ?? [];
      expect(said.map(({ text }) => text.includes(first.externalKey))).toEqual([true]);
      expect((await read(first))?.state).toBe("open");
    });

    it("tells nothing of what is gone", async () => {
      const made = await make();
      await system.remove(made.externalId);
      expect(await read(made)).toBeNull();
    });

    const faults: readonly (readonly [TicketFault, object])[] = [
      ["busy", { code: "rate_limited", facts: { retryAfterMs: expect.any(Number) } }],
      ["broken", { code: "channel_unavailable", facts: expect.not.objectContaining({ reached: false }) }],
      ["refused", { code: "channel_refused" }],
      ["credentials", { code: "unauthenticated" }],
      ["unreachable", { code: "channel_unavailable", facts: expect.objectContaining({ reached: false }) }],
      ["lost", { code: "channel_unavailable", facts: expect.not.objectContaining({ reached: false }) }],
    ];
    it.each(faults)("says what went wrong: %s", async (fault, expected) => {
      system.failNext(fault);
      await expect(make()).rejects.toMatchObject(expected);
      await make();
    });

    it("says as whom it is known, and that nothing is amiss", async () => {
      const { as, faults: found } = await system.tickets.test();
      expect(as).not.toBe("");
      expect(found).toEqual([]);
    });
  });
}
