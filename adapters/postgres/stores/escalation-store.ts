import type { PastQuestion, EscalationStore } from "../../../core/escalation/escalation-store.ts";
import type { Escalation } from "../../../core/escalation/escalation.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { EscalationId } from "../../../core/ids.ts";
import { decodeCursor, encodeCursor, toPage } from "../console/page.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";
import { auditParameter } from "./audit-rows.ts";
import { callsParameter } from "./dispatch-store.ts";
import { type EscalationRow, type LinkJson, presentEscalation, presentLink } from "./escalation-row.ts";
import * as sql from "./escalation-statements.ts";

/** What is changed is read again in a second step: the one that changes it does not see what it waited for. */
export function escalationStore(run: TenantRunner): EscalationStore {
  const one = async (statement: Statement, values: unknown[]): Promise<Escalation | null> => {
    const [row] = await run<EscalationRow>(statement, values);
    return row ? presentEscalation(row) : null;
  };
  const standing = async (id: EscalationId): Promise<Escalation> => {
    const escalation = await one(sql.find, [id]);
    if (!escalation) throw new Error(`the escalation ${id} is gone`);
    return escalation;
  };
  const after = async (statement: Statement, values: unknown[]): Promise<Escalation | null> => {
    const [row] = await run<{ id: EscalationId | null }>(statement, values);
    return row?.id ? await standing(row.id) : null;
  };
  return {
    find: (id) => one(sql.find, [id]),
    ofTurn: (id) => one(sql.ofTurn, [id]),
    ofConversation: (id) => one(sql.ofConversation, [id]),
    ofLink: (link) =>
      typeof link === "string"
        ? one(sql.ofLink, [link])
        : one(sql.ofExternalLink, [link.connectionId, link.externalId, link.key]),
    async raise(escalation, dispatches, audit) {
      const values = [JSON.stringify(escalation), callsParameter(dispatches), auditParameter(audit)];
      const [raised] = await run<{ id: EscalationId | null; fresh: boolean; changed: boolean }>(
        sql.raise,
        values,
      );
      if (!raised?.id) throw new ExpertError("not_found", "There is no such question.");
      const { id, fresh, changed } = raised;
      return { escalation: await standing(id), fresh, changed };
    },
    linkMade: (id, made, audit) => after(sql.linkMade, [id, JSON.stringify(made), auditParameter(audit)]),
    renewLink: (id, key) => after(sql.renewLink, [id, key]),
    linkFailed: (id, error) => after(sql.linkFailed, [id, error]),
    linkGone: (id, error, audit) => after(sql.linkGone, [id, error, auditParameter(audit)]),
    async change(id, change, audit) {
      const values = [id, JSON.stringify(change), auditParameter(audit)];
      const [row] = await run<{ id: EscalationId | null; before: LinkJson | null }>(sql.change, values);
      if (!row?.id || !row.before) return null;
      return { escalation: await standing(row.id), before: presentLink(row.before) };
    },
    setState: (id, to, { name }, dispatches, audit) =>
      after(sql.setState, [id, to, name, callsParameter(dispatches), auditParameter(audit)]),
    async wantAnswer(id, from) {
      return (await run(sql.wantAnswer, [id, from])).length > 0;
    },
    async list({ departments, states, cursor, limit }) {
      const from = decodeCursor(cursor);
      const rows = await run<EscalationRow>(sql.list, [
        departments.filter((id) => id !== null),
        departments.includes(null),
        states,
        from?.at ?? null,
        from?.id ?? null,
        limit + 1,
      ]);
      return toPage(rows, limit, ({ created_at: at, id }) => encodeCursor({ at, id }), presentEscalation);
    },
    async openLinks(connection, limit) {
      const rows = await run<{ link: LinkJson }>(sql.openLinks, [connection, limit], "soon");
      return rows.map(({ link }) => presentLink(link));
    },
    async history(department, limit) {
      const rows = await run<HistoryRow>(sql.history, [department, limit]);
      return rows.map((row) => ({
        turnId: row.id,
        question: row.question,
        askedAt: row.created_at,
        triggers: row.triggers,
      }));
    },
  };
}

interface HistoryRow {
  id: PastQuestion["turnId"];
  question: string;
  created_at: Date;
  triggers: PastQuestion["triggers"];
}
