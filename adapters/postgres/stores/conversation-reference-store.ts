import type {
  ConversationReference,
  ConversationReferenceStore,
  ReferenceKey,
} from "../../../core/delivery/conversation-reference.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

/** $1 channel, $2 workspace, $3 kind, $4 the platform's id. */
const workspace = "tenant_id = app_tenant() and channel = $1 and workspace_id = $2";
const row = `${workspace} and kind = $3 and external_id = $4`;
const shown = "channel, workspace_id, kind, external_id, team_id, name, address";

const find: Statement = {
  name: "reference_find",
  text: `select ${shown} from conversation_references where ${row}`,
};

const list: Statement = {
  name: "reference_list",
  text: `select ${shown} from conversation_references where ${workspace} order by kind, name nulls last, external_id`,
};

/** A row that was updated has an xmax: only a new one is audited. */
const keep: Statement = {
  name: "reference_keep",
  text: `
    with kept as (
      insert into conversation_references as r
        (tenant_id, channel, workspace_id, kind, external_id, team_id, name, address, told_at, welcomed_at)
      values (app_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, case when $9 then null else now() end)
      on conflict (tenant_id, channel, workspace_id, kind, external_id) do update set
        team_id = excluded.team_id, name = coalesce(excluded.name, r.name), address = excluded.address,
        told_at = excluded.told_at
      where r.told_at <= excluded.told_at
      returning xmax
    ), fresh as (
      select from kept where xmax = 0
    )
    ${auditInsert(10, "fresh")}`,
};

const forget: Statement = {
  name: "reference_forget",
  text: `
    with forgotten as (
      delete from conversation_references
      where ${row} and told_at <= $5 returning external_id
    ), below as (
      delete from conversation_references
      where ${workspace} and $3 = 'team' and team_id = $4 and told_at <= $5
    ), audited as (${auditInsert(6, "forgotten")})
    select from forgotten`,
};

const claimWelcome: Statement = {
  name: "reference_claim_welcome",
  text: `
    with claimed as (
      update conversation_references set welcoming_until = now() + $5 * interval '1 ms'
      where ${row} and welcomed_at is null and (welcoming_until is null or welcoming_until < now())
      returning 1
    )
    select case
      when exists (select from claimed) then 'claimed'
      when exists (select from conversation_references where ${row} and welcomed_at is null) then 'held'
      else 'done' end as outcome`,
};

const welcomed: Statement = {
  name: "reference_welcomed",
  text: `update conversation_references set welcomed_at = now(), welcoming_until = null where ${row}`,
};

interface ReferenceRow {
  channel: ConversationReference["channel"];
  workspace_id: string;
  kind: ConversationReference["kind"];
  external_id: string;
  team_id: string | null;
  name: string | null;
  address: ConversationReference["address"];
}

const present = (found: ReferenceRow): ConversationReference => ({
  channel: found.channel,
  workspaceId: found.workspace_id,
  kind: found.kind,
  externalId: found.external_id,
  teamId: found.team_id,
  name: found.name,
  address: found.address,
});

const keyOf = ({ channel, workspaceId, kind, externalId }: ReferenceKey): string[] => [
  channel,
  workspaceId,
  kind,
  externalId,
];

export function conversationReferenceStore(run: TenantRunner): ConversationReferenceStore {
  return {
    async find(key) {
      const [found] = await run<ReferenceRow>(find, keyOf(key));
      return found ? present(found) : null;
    },
    async list(channel, workspaceId) {
      return (await run<ReferenceRow>(list, [channel, workspaceId])).map(present);
    },
    async keep(reference, { at, welcome, audit }) {
      const { teamId, name, address } = reference;
      const values = [...keyOf(reference), teamId, name, JSON.stringify(address), at, welcome];
      await run(keep, [...values, auditParameter(audit)]);
    },
    async forget(key, { at, audit }) {
      return (await run(forget, [...keyOf(key), at, auditParameter(audit)])).length > 0;
    },
    async claimWelcome(key, leaseMs) {
      const [claim] = await run<{ outcome: "claimed" | "held" | "done" }>(claimWelcome, [
        ...keyOf(key),
        leaseMs,
      ]);
      return claim?.outcome ?? "done";
    },
    async welcomed(key) {
      await run(welcomed, keyOf(key));
    },
  };
}
