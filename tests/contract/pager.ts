import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ExternalPerson } from "../../core/escalation/escalation.ts";
import type { PageDraft, Pager } from "../../core/escalation/pager.ts";

/** How the next request of a pager ends. `unreachable`: no connection is made; `lost`: it is made, and no answer comes. */
export type PagerFault = "busy" | "broken" | "credentials" | "unreachable" | "lost";

/** A pager, with what its own people do there. */
export interface PagerUnderTest {
  readonly pager: Pager;
  /** The same connection without a REST key. */
  readonly withoutRest: Pager;
  /** Who is on call for the connection's service. */
  readonly onCall: readonly ExternalPerson[];
  /** Somebody there, who is not on call. */
  readonly other: ExternalPerson;
  /** How many incidents of the key there are, and who was asked to join them. */
  incidents(key: string): readonly { readonly responders: readonly string[] }[];
  acknowledge(key: string, by: ExternalPerson): void;
  resolve(key: string, by: ExternalPerson): void;
  annotate(key: string, by: ExternalPerson, text: string): void;
  /** The next request ends so. */
  failNext(fault: PagerFault): void;
  close(): Promise<void>;
}

export const samplePageDraft = (changed: Partial<PageDraft> = {}): PageDraft => ({
  summary: "Nobody has answered: How do I get a parking card?",
  severity: "error",
  component: "Facilities",
  details: { "Asked by": "Ada", Question: "How do I get a parking card?" },
  links: [{ label: "Conversation", url: "https://expert.example/chat/1" }],
  ...changed,
});

let keys = 0;
const freshKey = (): string => `contract-page-${process.pid.toString(36)}-${(keys += 1).toString(36)}`;

/** What every pager does; on the fake, and on each adapter with its vendor's platform. */
export function pagerContract(name: string, open: () => Promise<PagerUnderTest>): void {
  describe(`pager: ${name}`, () => {
    let system: PagerUnderTest;
    beforeAll(async () => {
      system = await open();
    });
    afterAll(() => system.close());

    const page = async (key = freshKey()): Promise<string> => {
      await system.pager.trigger(samplePageDraft(), key);
      return key;
    };
    const idOf = async (key: string): Promise<string> => (await system.pager.read(key))?.externalId ?? "";

    it("makes one incident of a key, however often it is triggered", async () => {
      const key = await page();
      await page(key);
      await page(key);
      expect(system.incidents(key)).toHaveLength(1);
      expect(await system.pager.read(key)).toMatchObject({
        key,
        externalId: expect.stringMatching(/./),
        externalKey: expect.stringMatching(/./),
        url: expect.stringMatching(/^https?:/),
        at: expect.any(Date),
        state: "open",
        status: expect.stringMatching(/./),
        assignees: system.onCall,
        resolution: null,
        comments: [],
        answer: null,
      });
    });

    it("tells nothing of a key that was never triggered", async () => {
      expect(await system.pager.read(freshKey())).toBeNull();
      const key = await page();
      expect(await system.pager.read(key.slice(0, -1))).toBeNull();
    });

    it("takes a page of any length and any words", async () => {
      const odd = "{code} <b>|*_-+^~ \\ `tick` 'q' \"dq\" &amp; ก่อน 😀 ";
      const key = freshKey();
      await system.pager.trigger(
        samplePageDraft({
          summary: odd.repeat(100),
          severity: "critical",
          component: null,
          details: { [odd]: odd.repeat(2_000), "": "" },
          links: [],
        }),
        key,
      );
      expect(await system.pager.read(key)).toMatchObject({ state: "open" });
    });

    it("acknowledges and resolves by the key, and again changes nothing", async () => {
      const key = await page();
      await system.pager.acknowledge(key);
      const inHand = await system.pager.read(key);
      expect(inHand?.state).toBe("acknowledged");
      await system.pager.acknowledge(key);
      expect((await system.pager.read(key))?.at).toEqual(inHand?.at);
      await system.pager.resolve(key);
      await system.pager.resolve(key);
      const settled = await system.pager.read(key);
      expect(settled?.state).toBe("resolved");
      expect(settled?.at.getTime()).toBeGreaterThanOrEqual(inHand?.at.getTime() ?? Infinity);
      await system.pager.acknowledge(key);
      expect((await system.pager.read(key))?.state).toBe("resolved");
    });

    it("changes nothing by a key that was never triggered", async () => {
      const key = freshKey();
      await system.pager.acknowledge(key);
      await system.pager.resolve(key);
      expect(system.incidents(key)).toEqual([]);
    });

    it("tells who acknowledged and who resolved it, with their addresses", async () => {
      const key = await page();
      system.acknowledge(key, system.other);
      expect(await system.pager.read(key)).toMatchObject({
        state: "acknowledged",
        by: system.other,
        assignees: [system.other],
      });
      const [ana] = system.onCall;
      if (!ana) throw new Error("Nobody is on call.");
      system.resolve(key, ana);
      expect(await system.pager.read(key)).toMatchObject({ state: "resolved", by: ana });
    });

    it("writes a note once for each key, and knows it for its own", async () => {
      const key = await page();
      const id = await idOf(key);
      const note = { key: freshKey(), by: "Ada\nLovelace", text: "It is **urgent** [x].\n\n- one" };
      expect(await system.pager.note(id, note)).toBe(true);
      expect(await system.pager.note(id, note)).toBe(true);
      system.annotate(key, system.other, "On my way.");
      expect(await system.pager.note(id, { ...note, key: freshKey() })).toBe(true);
      const comments = (await system.pager.read(key))?.comments ?? [];
      expect(comments.map(({ isOurs }) => isOurs).toSorted()).toEqual([false, true, true]);
      expect(comments.find(({ isOurs }) => isOurs)?.text).toContain("It is **urgent** [x].\n\n- one");
      expect(comments.find(({ isOurs }) => !isOurs)).toMatchObject({ text: "On my way.", isPublic: true });
      expect(new Set(comments.map(({ id: one }) => one)).size).toBe(3);
    });

    it("asks people to join once, and says whom it does not know", async () => {
      const key = await page();
      const id = await idOf(key);
      const email = system.other.email ?? "";
      const emails = [email.toUpperCase(), "nobody@vendor.example"];
      expect(await system.pager.addResponders(id, emails, "Please join.")).toEqual(["nobody@vendor.example"]);
      expect(await system.pager.addResponders(id, [email], "Please join.")).toEqual([]);
      expect(system.incidents(key)).toMatchObject([{ responders: [email] }]);
    });

    it("tells who is on call, for the service and for an incident", async () => {
      expect(await system.pager.onCall()).toEqual(system.onCall);
      expect(await system.pager.onCall(await page())).toEqual(system.onCall);
      expect(await system.pager.onCall(freshKey())).toEqual(system.onCall);
    });

    it("pages without a REST key, and says what it cannot do then", async () => {
      const key = freshKey();
      const { withoutRest } = system;
      await withoutRest.trigger(samplePageDraft(), key);
      await withoutRest.acknowledge(key);
      expect(system.incidents(key)).toHaveLength(1);
      expect((await system.pager.read(key))?.state).toBe("acknowledged");
      const id = await idOf(key);
      expect(await withoutRest.read(key)).toBeNull();
      expect(await withoutRest.note(id, { key: freshKey(), by: "Ada", text: "x" })).toBe(false);
      expect(await withoutRest.addResponders(id, [system.other.email ?? ""], "x")).toBeNull();
      expect(await withoutRest.onCall()).toEqual([]);
      expect((await withoutRest.test()).faults).not.toEqual([]);
    });

    const faults: readonly (readonly [PagerFault, object])[] = [
      [
        "busy",
        { code: "rate_limited", facts: expect.objectContaining({ retryAfterMs: expect.any(Number) }) },
      ],
      ["broken", { code: "channel_unavailable", facts: expect.not.objectContaining({ reached: false }) }],
      ["credentials", { code: "unauthenticated" }],
      ["unreachable", { code: "channel_unavailable", facts: expect.objectContaining({ reached: false }) }],
      ["lost", { code: "channel_unavailable", facts: expect.not.objectContaining({ reached: false }) }],
    ];
    it.each(faults)("says what went wrong: %s", async (fault, expected) => {
      const key = freshKey();
      system.failNext(fault);
      await expect(page(key)).rejects.toMatchObject(expected);
      await page(key);
      expect(system.incidents(key)).toHaveLength(1);
      if (fault === "credentials") return;
      system.failNext(fault);
      await expect(system.pager.read(key)).rejects.toMatchObject(expected);
      expect(await system.pager.read(key)).toMatchObject({ state: "open" });
    });

    it("says what it reached, and that nothing is amiss", async () => {
      const { as, faults: found } = await system.pager.test();
      expect(as).not.toBe("");
      expect(found).toEqual([]);
    });
  });
}
