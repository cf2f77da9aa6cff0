import {
  type Installation,
  type InstallationStore,
  workspaceTaken,
} from "../../../core/identity/installation.ts";
import { record, type Tables } from "./tables.ts";

/** @param elsewhere what other tenants have. */
export function fakeInstallationStore(
  tables: Tables,
  elsewhere: () => readonly Installation[],
): InstallationStore {
  const { installations, now } = tables;
  const active = (channel: string, workspaceId: string) => {
    const row = installations.get(`${channel} ${workspaceId}`);
    return row?.installation.state === "active" ? row : null;
  };

  return {
    find: async (channel, workspaceId) =>
      installations.get(`${channel} ${workspaceId}`)?.installation ?? null,
    list: async () =>
      [...installations.values()]
        .map(({ installation }) => installation)
        .toSorted((one, other) => (one.workspaceName < other.workspaceName ? -1 : 1)),
    async save(installation, audit) {
      const key = `${installation.channel} ${installation.workspaceId}`;
      if (elsewhere().some((other) => overlap(installation, other))) throw workspaceTaken();
      installations.set(key, { installation, refreshingUntil: 0 });
      record(tables, audit);
    },
    async end(channel, workspaceId, state, audit) {
      const row = active(channel, workspaceId);
      if (!row) return false;
      row.installation = { ...row.installation, state, sealedTokens: null, tokensExpireAt: null };
      row.refreshingUntil = 0;
      record(tables, audit);
      return true;
    },
    async release(channel, workspaceId, audit) {
      const key = `${channel} ${workspaceId}`;
      if ((installations.get(key)?.installation.state ?? "active") === "active") return false;
      installations.delete(key);
      record(tables, audit);
      return true;
    },
    async beginRefresh(channel, workspaceId, leaseMs) {
      const row = active(channel, workspaceId);
      if (!row || row.refreshingUntil >= now()) return false;
      row.refreshingUntil = now() + leaseMs;
      return true;
    },
    async refreshed(channel, workspaceId, sealedTokens, tokensExpireAt) {
      const row = active(channel, workspaceId);
      if (!row) return;
      row.installation = { ...row.installation, sealedTokens, tokensExpireAt };
      row.refreshingUntil = 0;
    },
  };
}

const overlap = (one: Installation, other: Installation): boolean =>
  one.channel === other.channel &&
  (other.workspaceId === one.workspaceId ||
    other.workspaceId === one.organisationId ||
    other.organisationId === one.workspaceId);
