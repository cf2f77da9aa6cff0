import {
  type Installation,
  type InstallationStore,
  workspaceTaken,
} from "../../../core/identity/installation.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditInsert, auditParameter } from "./audit-rows.ts";

/** The row of a workspace: $1 channel, $2 workspace. */
const workspace = "tenant_id = app_tenant() and channel = $1 and workspace_id = $2";

const find: Statement = {
  name: "installation_find",
  text: `select * from installations where ${workspace}`,
};

const list: Statement = {
  name: "installation_list",
  text: `select * from installations where tenant_id = app_tenant() order by channel, workspace_name, workspace_id`,
};

/** Nothing comes back where another tenant has it. */
const save: Statement = {
  name: "installation_save",
  text: `
    with saved as (
      insert into installations as i (tenant_id, channel, workspace_id, workspace_name, organisation_id,
        organisation_wide, app_id, bot_user_id, scopes, sealed_tokens, tokens_expire_at, state, installed_by)
      select app_tenant(), $1::text, $2::text, $3::text, $4::text, $5::boolean, $6::text, $7::text, $8::text[],
        $9::text, $10::timestamptz, $11::text, $12::uuid
      where not workspace_taken($1::text, $2::text, $4::text)
      on conflict (channel, workspace_id) do update set
        workspace_name = excluded.workspace_name, organisation_id = excluded.organisation_id,
        organisation_wide = excluded.organisation_wide, app_id = excluded.app_id, bot_user_id = excluded.bot_user_id,
        scopes = excluded.scopes, sealed_tokens = excluded.sealed_tokens, tokens_expire_at = excluded.tokens_expire_at,
        refreshing_until = null, state = excluded.state, installed_by = excluded.installed_by, updated_at = now()
      where i.tenant_id = app_tenant()
      returning i.workspace_id
    ), audited as (${auditInsert(13, "saved")})
    select from saved`,
};

const end: Statement = {
  name: "installation_end",
  text: `
    with ended as (
      update installations set state = $3, sealed_tokens = null, tokens_expire_at = null, refreshing_until = null,
        updated_at = now()
      where ${workspace} and state = 'active' returning workspace_id
    ), audited as (${auditInsert(4, "ended")})
    select from ended`,
};

const release: Statement = {
  name: "installation_release",
  text: `
    with released as (
      delete from installations where ${workspace} and state <> 'active' returning workspace_id
    ), audited as (${auditInsert(3, "released")})
    select from released`,
};

const beginRefresh: Statement = {
  name: "installation_begin_refresh",
  text: `
    update installations set refreshing_until = now() + $3 * interval '1 ms'
    where ${workspace} and state = 'active' and (refreshing_until is null or refreshing_until < now())
    returning workspace_id`,
};

/** Tokens that were revoked meanwhile do not come back. */
const refreshed: Statement = {
  name: "installation_refreshed",
  text: `
    update installations set sealed_tokens = $3, tokens_expire_at = $4, refreshing_until = null, updated_at = now()
    where ${workspace} and state = 'active'`,
};

interface InstallationRow {
  channel: Installation["channel"];
  workspace_id: string;
  workspace_name: string;
  organisation_id: string | null;
  organisation_wide: boolean;
  app_id: string | null;
  bot_user_id: string;
  scopes: string[];
  sealed_tokens: string | null;
  tokens_expire_at: Date | null;
  state: Installation["state"];
  installed_by: Installation["installedBy"];
}

const present = (row: InstallationRow): Installation => ({
  channel: row.channel,
  workspaceId: row.workspace_id,
  workspaceName: row.workspace_name,
  organisationId: row.organisation_id,
  organisationWide: row.organisation_wide,
  appId: row.app_id,
  botUserId: row.bot_user_id,
  scopes: row.scopes,
  sealedTokens: row.sealed_tokens,
  tokensExpireAt: row.tokens_expire_at,
  state: row.state,
  installedBy: row.installed_by,
});

export function installationStore(run: TenantRunner): InstallationStore {
  return {
    async find(channel, workspaceId) {
      const [row] = await run<InstallationRow>(find, [channel, workspaceId]);
      return row ? present(row) : null;
    },
    async list() {
      return (await run<InstallationRow>(list, [])).map(present);
    },
    async save(installation, audit) {
      const rows = await run(save, [
        installation.channel,
        installation.workspaceId,
        installation.workspaceName,
        installation.organisationId,
        installation.organisationWide,
        installation.appId,
        installation.botUserId,
        installation.scopes,
        installation.sealedTokens,
        installation.tokensExpireAt,
        installation.state,
        installation.installedBy,
        auditParameter(audit),
      ]);
      if (rows.length === 0) throw workspaceTaken();
    },
    async end(channel, workspaceId, state, audit) {
      return (await run(end, [channel, workspaceId, state, auditParameter(audit)])).length > 0;
    },
    async release(channel, workspaceId, audit) {
      return (await run(release, [channel, workspaceId, auditParameter(audit)])).length > 0;
    },
    async beginRefresh(channel, workspaceId, leaseMs) {
      return (await run(beginRefresh, [channel, workspaceId, leaseMs])).length > 0;
    },
    async refreshed(channel, workspaceId, sealedTokens, expireAt) {
      await run(refreshed, [channel, workspaceId, sealedTokens, expireAt]);
    },
  };
}
