import {
  type ChannelPerson,
  guestEmail,
  type IdentityStore,
  type KnownIdentity,
} from "../../../core/identity/channel-identity.ts";
import { newId, type UserId } from "../../../core/ids.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";

/** The row of a person: $1 channel, $2 workspace, $3 external id. */
const person = "tenant_id = app_tenant() and channel = $1 and workspace_id = $2 and external_id = $3";

const find: Statement = {
  name: "identity_find",
  text: `select user_id, matched_by, checked_at from channel_identities where ${person}`,
};

/** Should two addresses differ in letter case alone, the one that is written alike is meant. */
const userByEmail: Statement = {
  name: "identity_user_by_email",
  text: `
    select id from users
    where tenant_id = app_tenant() and lower(email) = lower($1) and active and not 'guest' = any (roles)
    order by email = $1 desc, created_at, id limit 1`,
};

/** Only the identity of somebody whom the tenant does not know changes hands, and only to somebody of this tenant. */
const link: Statement = {
  name: "identity_link",
  text: `
    with linked as (
      insert into channel_identities as i (tenant_id, channel, workspace_id, external_id, user_id, matched_by)
      select app_tenant(), $1, $2, $3, u.id, 'email' from users u where u.tenant_id = app_tenant() and u.id = $4
      on conflict (tenant_id, channel, workspace_id, external_id) do update
        set user_id = excluded.user_id, matched_by = 'email', checked_at = now() where i.matched_by <> 'email'
      returning i.channel, i.workspace_id, i.external_id, i.user_id
    )
    insert into audit_events (tenant_id, event, status, user_id, resource_type, resource_id, metadata)
    select app_tenant(), 'identity.linked', 'success', user_id, 'user', user_id,
      jsonb_build_object('channel', channel, 'workspace', workspace_id, 'externalId', external_id, 'matchedBy', 'email')
    from linked`,
};

/** Whoever makes a guest at the same moment as another process waits for it, and gets the other's. */
const guest: Statement = {
  name: "identity_guest",
  text: `
    with known as (
      update channel_identities set checked_at = now() where ${person} returning user_id
    ), made as (
      insert into users (id, tenant_id, email, display_name, roles, local_account)
      select $4::uuid, app_tenant(), $5, $6, '{guest}', false where not exists (select from known)
      on conflict (tenant_id, email) do update set display_name = excluded.display_name
      returning id
    ), kept as (
      insert into channel_identities as i (tenant_id, channel, workspace_id, external_id, user_id, matched_by)
      select app_tenant(), $1, $2, $3, id, 'guest' from made
      on conflict (tenant_id, channel, workspace_id, external_id) do update set checked_at = now()
      returning user_id
    ), audited as (
      insert into audit_events (tenant_id, event, status, resource_type, resource_id, metadata)
      select app_tenant(), 'admin.user_created', 'success', 'user', id,
        jsonb_build_object('roles', array['guest'], 'channel', $1::text)
      from made where id = $4::uuid
    )
    select user_id from known union all select user_id from kept`,
};

const addressesOf: Statement = {
  name: "identity_addresses_of",
  text: `
    select channel, workspace_id, external_id from channel_identities
    where tenant_id = app_tenant() and user_id = $1 and channel = $2
    order by created_at desc, workspace_id, external_id`,
};

interface IdentityRow {
  user_id: UserId;
  matched_by: KnownIdentity["matchedBy"];
  checked_at: Date;
}

interface AddressRow {
  channel: ChannelPerson["channel"];
  workspace_id: string;
  external_id: string;
}

const key = ({ channel, workspaceId, externalId }: ChannelPerson): string[] => [
  channel,
  workspaceId,
  externalId,
];

export function identityStore(run: TenantRunner): IdentityStore {
  return {
    async find(person) {
      const [row] = await run<IdentityRow>(find, key(person));
      return row ? { userId: row.user_id, matchedBy: row.matched_by, checkedAt: row.checked_at } : null;
    },
    async userByEmail(email) {
      const [row] = await run<{ id: UserId }>(userByEmail, [email]);
      return row?.id ?? null;
    },
    async link(person, user) {
      await run(link, [...key(person), user]);
    },
    async guest(person, name) {
      const values = [...key(person), newId<UserId>(), guestEmail(person), name];
      const [row] = await run<{ user_id: UserId }>(guest, values);
      if (!row) throw new TypeError("a guest was neither found nor made");
      return row.user_id;
    },
    async addressesOf(user, channel) {
      const rows = await run<AddressRow>(addressesOf, [user, channel]);
      return rows.map((row) => ({
        channel: row.channel,
        workspaceId: row.workspace_id,
        externalId: row.external_id,
      }));
    },
  };
}
