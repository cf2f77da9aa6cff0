import type { Parts } from "../../adapters/connect.ts";
import type { ApprovalStep } from "../../core/approvals/approval.ts";
import type { Channel, Note } from "../../core/delivery/channel.ts";
import type { ApprovalId } from "../../core/ids.ts";
import { type After, changeStores, stepOf } from "./mortal-steps.ts";

/** A worker has taken the due step, and nothing of it is done yet. No two have the same stem: questions are told apart by it. */
const taking: Readonly<Record<ApprovalStep, string>> = {
  offer: "begun",
  remind: "nudging",
  next_level: "lifting",
  carry_out: "carrying",
};
/** Notes are written, and which message shows a card is not kept yet. */
const showing: Readonly<Partial<Record<ApprovalStep, string>>> = { offer: "offered", carry_out: "refreshed" };
/** Notes of a question's thread, by what stands still once they are written. */
const telling: Readonly<Partial<Record<Note["kind"], string>>> = {
  answer_verified: "told",
  answer_withdrawn: "untold",
};

/** An event that is about an approval; the question's own event has another subject. */
const clickOf = (event: string): string => `click ${event}`;

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Lets a product stand still between the steps of an approval. Its question says after which; that becomes the step of the
 * approval and of all that is made for it. What is joined already is changed in place.
 */
export function hangInApprovals(
  { database, inbox, blobs }: Pick<Parts, "database" | "inbox" | "blobs">,
  steps: Map<string, string>,
  after: After,
): void {
  const taken = new Map<string, ApprovalStep>();
  const stopped = new Set<string>();
  /** What is due next must not be found by the sweeper of the very process that stands still. */
  const stopAfter: After = async (step, id, result) => {
    if (steps.get(id) === step) stopped.add(id);
    return await after(step, id, result);
  };
  const inherit = (from: string | undefined, to: string): void => {
    const step = from === undefined ? undefined : steps.get(from);
    if (step !== undefined) steps.set(to, step);
  };

  const receiveEvent = inbox.receiveEvent.bind(inbox);
  const put = blobs.put.bind(blobs);
  Object.assign(inbox, {
    receiveEvent: async (event: Parameters<typeof receiveEvent>[0]) => {
      const receipt = await receiveEvent(event);
      for (const [id] of JSON.stringify(event.body).matchAll(uuid)) inherit(id, clickOf(receipt.id));
      return await after("clicked", clickOf(receipt.id), receipt);
    },
  });
  Object.assign(blobs, {
    put: async (...[tenant, hash, content]: Parameters<typeof put>) => {
      await put(tenant, hash, content);
      const step = stepOf(Buffer.from(content).toString("utf8"));
      if (step !== undefined) steps.set(hash, step);
      await after("blobbed", hash, undefined);
    },
  });

  changeStores(database, (all) => ({
    ...all,
    turns: {
      ...all.turns,
      async end(id, end) {
        const step = end.approval && stepOf(end.approval.question);
        if (end.approval && step !== undefined) steps.set(end.approval.id, step);
        return await all.turns.end(id, end);
      },
    },
    events: {
      ...all.events,
      async take(id, leaseMs) {
        // Not for the sweeper of the very process that stands still.
        if (steps.get(clickOf(id)) === "clicked" || stopped.has(clickOf(id))) return null;
        return await stopAfter("picked", clickOf(id), await all.events.take(id, leaseMs));
      },
      async settle(id, attempt) {
        await stopAfter("settling", clickOf(id), undefined);
        await all.events.settle(id, attempt);
      },
    },
    approvals: {
      ...all.approvals,
      async takeDue(id, ...how) {
        const held = stopped.has(id) ? null : await all.approvals.takeDue(id, ...how);
        if (!held) return held;
        taken.set(id, held.step);
        return await after(taking[held.step], id, held);
      },
      async settleStep(held, next) {
        const settled = await all.approvals.settleStep(held, next);
        return held.step === "next_level" && next.due?.step === "offer"
          ? await stopAfter("levelled", held.approval.id, settled)
          : settled;
      },
      vote: async (id, ...how) => await stopAfter("voted", id, await all.approvals.vote(id, ...how)),
      escalate: async (id, ...how) =>
        await stopAfter("escalated", id, await all.approvals.escalate(id, ...how)),
      withdraw: async (id, ...how) =>
        await stopAfter("withdrawn", id, await all.approvals.withdraw(id, ...how)),
      decideFollowing: async (id) => await after("followed", id, await all.approvals.decideFollowing(id)),
      async cardShown(id, card) {
        const step = taken.get(id);
        await after((step && showing[step]) ?? "shown", id, undefined);
        await all.approvals.cardShown(id, card);
      },
    },
    outbox: {
      ...all.outbox,
      async write(deliveries, audit) {
        await all.outbox.write(deliveries, audit);
        for (const { message } of deliveries) {
          if (message.kind !== "note") continue;
          const { note, turnId } = message;
          await after(telling[note.kind] ?? "", turnId ?? "", undefined);
          if (note.kind === "approval_card" && note.reminder === true)
            await after("reminded", note.approvalId, undefined);
        }
      },
    },
    documents: {
      ...all.documents,
      async register(upload, audit) {
        const registered = await all.documents.register(upload, audit);
        inherit(upload.contentHash, registered.document.id);
        return await after("documented", registered.document.id, registered);
      },
    },
    verified: {
      ...all.verified,
      async keep(answer, audit) {
        await all.verified.keep(answer, audit);
        inherit(answer.approvalId, answer.id);
        await after("verified", answer.id, undefined);
      },
      end: async (id, how, audit) => await after("forgotten", id, await all.verified.end(id, how, audit)),
    },
  }));
}

/** Stands still once a channel has taken somebody's card, and nobody knows of it. */
export const hangAfterCards = (channel: Channel, after: After): Channel => ({
  ...channel,
  async post(thread, message, posting) {
    const ref = await channel.post(thread, message, posting);
    const id = cardOf(message);
    return id === null ? ref : await after("carded", id, ref);
  },
});

const cardOf = (message: Parameters<Channel["post"]>[1]): ApprovalId | null =>
  message.kind === "note" && message.note.kind === "approval_card" ? message.note.approvalId : null;
