import type { Approval } from "../../core/approvals/approval.ts";
import type { ApprovalPorts } from "../../core/approvals/approval-ports.ts";
import { type Decision, decide } from "../../core/approvals/decide.ts";
import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import { takeApprovalStep } from "../../core/approvals/take-step.ts";
import type { Note } from "../../core/delivery/channel.ts";
import type { ChannelPerson } from "../../core/identity/channel-identity.ts";
import { createPeople, type Identity } from "../../core/identity/directory.ts";
import type { ApprovalId, TenantId, TurnId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { departmentOf, personOf, type sampleQuestion } from "./sample-work.ts";
import { turnBench, type TurnBench } from "./turn-bench.ts";

type Name = Parameters<typeof personOf>[1];

/** A small company whose operations want approval for every answer, in memory; its people are reached on Slack. */
export interface ApprovalBench extends TurnBench {
  readonly ports: ApprovalPorts;
  /** Wake-ups that were asked for, as `key after ms`. */
  readonly woken: readonly string[];
  /** What was learned and forgotten, as `learn ID` and `forget ID`. */
  readonly learned: readonly string[];
  /** Moves the clock. */
  pass(ms: number): void;
  setPolicy(policy: ApprovalPolicyText): Promise<void>;
  /** Makes people reachable in direct messages. */
  seen(...names: readonly Name[]): Promise<void>;
  identity(name: Name): Promise<Identity>;
  /** A question that waits for approval and was offered. */
  asked(change?: Parameters<typeof sampleQuestion>[1]): Promise<Approval>;
  /** Takes every step that is due. */
  step(id: ApprovalId): Promise<void>;
  decide(id: ApprovalId, name: Name, decision: Decision, revision?: number): Promise<Approval>;
  find(id: ApprovalId): Promise<Approval>;
  ofTurn(id: TurnId): Promise<Approval | null>;
  /** Names and statuses of the audit events about it, in order. */
  auditedAbout(approval: Approval | null): readonly string[];
  /** What was written to a thread besides replies, or to all. */
  notes(threadKey?: string): readonly Note[];
}

export const directThread = (name: Name): string => `slack:T1:@${name.toUpperCase()}`;

export async function approvalBench(
  policy: ApprovalPolicyText = { required_for: "all" },
  change: (
    tenant: TenantId,
  ) => Partial<Pick<ApprovalPorts, "onCall" | "logger" | "escalate" | "tellEscalated">> = () => ({}),
): Promise<ApprovalBench> {
  const bench = await turnBench();
  const { database, company } = bench;
  const { tenantId } = company;
  const woken: string[] = [];
  const learned: string[] = [];
  let passedMs = 0;
  const people = createPeople({ database }, { ttlMs: 1 });
  const place = ({ externalId }: ChannelPerson) => ({
    threadKey: `slack:T1:@${externalId}`,
    address: { user: externalId },
  });
  const ports: ApprovalPorts = {
    database,
    queue: {
      enqueue: async (_name, _job, { key, delayMs = 0 }) => {
        woken.push(`${key} after ${String(delayMs)}`);
      },
    },
    people,
    reach: new Map([
      [
        "slack",
        {
          reach: async (_tenant, [first]) => (first ? place(first) : null),
          lookUp: async () => null,
        },
      ],
    ]),
    onCall: null,
    learning: {
      learn: async (_tenant, { id }) => void learned.push(`learn ${id}`),
      forget: async (_tenant, { id }) => void learned.push(`forget ${id}`),
    },
    clock: { now: () => new Date(Date.now() + passedMs) },
    logger: silentLogger,
    ...change(tenantId),
  };
  const found = async (approval: Promise<Approval | null>): Promise<Approval> => {
    const known = await approval;
    if (!known) throw new Error("there is no approval");
    return known;
  };
  const approvals: ApprovalBench = {
    ...bench,
    ports,
    woken,
    learned,
    pass(ms) {
      passedMs += ms;
    },
    async setPolicy(text) {
      await database.withTenant(tenantId, ({ members }) =>
        members.setApprovalPolicy(departmentOf(company, "operations"), text, []),
      );
      people.forget(tenantId);
    },
    async seen(...names) {
      for (const name of names) {
        await database.withTenant(tenantId, ({ identities }) =>
          identities.link(
            { channel: "slack", workspaceId: "T1", externalId: name.toUpperCase() },
            personOf(company, name),
          ),
        );
      }
    },
    async identity(name) {
      const identity = await people.identify(tenantId, personOf(company, name));
      if (!identity) throw new Error(`there is no ${name}`);
      return identity;
    },
    async asked(change) {
      const { id } = await bench.receive(change);
      await approvals.run(id);
      const approval = await found(approvals.ofTurn(id));
      await approvals.step(approval.id);
      return await approvals.find(approval.id);
    },
    run: (id, change = {}) =>
      bench.run(id, { people, approvals: { ...ports, wake: () => undefined }, ...change }),
    step: (id) => takeApprovalStep(ports, tenantId, id),
    async decide(approvalId, name, decision, revision) {
      const identity = await approvals.identity(name);
      const { revision: standing } = await approvals.find(approvalId);
      return await decide(ports, { identity, approvalId, decision, revision: revision ?? standing });
    },
    find: (id) => found(database.withTenant(tenantId, (stores) => stores.approvals.find(id))),
    ofTurn: (id) => database.withTenant(tenantId, (stores) => stores.approvals.ofTurn(id)),
    auditedAbout: (approval) =>
      database
        .tables(tenantId)
        .audit.filter(({ event }) => event.resourceId === approval?.id)
        .map(({ event }) => `${event.event} ${event.status}`),
    notes: (threadKey) =>
      database
        .tables(tenantId)
        .outbox.filter(({ delivery }) => threadKey === undefined || delivery.threadKey === threadKey)
        .flatMap(({ delivery: { message } }) => (message.kind === "note" ? [message.note] : [])),
  };
  await approvals.setPolicy(policy);
  return approvals;
}
