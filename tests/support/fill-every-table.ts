import type pg from "pg";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createInbox } from "../../adapters/postgres/inbox.ts";
import {
  type AttachmentId,
  type DeliveryId,
  type DocumentId,
  type HandoffId,
  newId,
  type PassageId,
  type VerifiedAnswerId,
} from "../../core/ids.ts";
import { sampleConnection, sampleRaise } from "./sample-raise.ts";
import {
  personOf,
  sampleApproval,
  type SampleCompany,
  sampleEnd,
  samplePassages,
  sampleQuestion,
  sampleUpload,
  sampleWait,
} from "./sample-work.ts";

/** The company's Slack workspace. */
export const workspaceOf = ({ tenantId }: SampleCompany): string => `T-${tenantId}`;

/** Writes a row of the company's into every table that has a tenant. */
export async function fillEveryTable(pool: pg.Pool, company: SampleCompany): Promise<void> {
  const database = createDatabase(pool);
  const inbox = createInbox(pool);
  const question = sampleQuestion(company);
  await inbox.receive(question);
  await database.withTenant(company.tenantId, async ({ turns, documents, conversations }) => {
    await turns.take(question.id, 10_000);
    await turns.end(question.id, sampleEnd(question.id));
    await conversations.setFeedback(question.userId, question.id, { verdict: "up", reason: null }, []);
    for (const name of ["removed.md", "kept.md"]) {
      const upload = sampleUpload(company, { name });
      await documents.register(upload, []);
      await documents.take(upload.id, 1, 10_000);
      const hold = { id: upload.id, revision: 1, attempt: 1 };
      const passages = samplePassages("one");
      await documents.stage(hold, 10_000, { title: name, warnings: [], passages });
      await documents.publish(hold, []);
      if (name === "removed.md") await documents.remove(upload.id, []);
    }
  });
  await fillChannelTables(database, company, question);
  await fillApprovalTables(database, inbox, company);
  await fillEscalationTables(database, company, question);
  await fillBudgetTables(database, company);
  await database.sealAudit();
  await database.close();
}

/** An answer that was approved on a card, by somebody who is away since. */
async function fillApprovalTables(
  database: ReturnType<typeof createDatabase>,
  inbox: ReturnType<typeof createInbox>,
  company: SampleCompany,
): Promise<void> {
  const question = sampleQuestion(company);
  const approval = sampleApproval(company);
  const [by, at] = [personOf(company, "ada"), new Date()];
  await inbox.receive(question);
  await database.withTenant(company.tenantId, async ({ turns, approvals, verified }) => {
    await turns.take(question.id, 10_000);
    await turns.end(question.id, sampleWait(question.id, approval));
    await approvals.cardShown(approval.id, {
      userId: by,
      channel: "slack",
      threadKey: `slack:${newId()}`,
      address: {},
      deliveryId: newId<DeliveryId>(),
    });
    const vote = { by, kind: "approved", revision: 1, answer: null, reason: null, required: 1 } as const;
    await approvals.vote(approval.id, vote, []);
    await approvals.setAway(by, { until: new Date(at.getTime() + 86_400_000), delegate: null }, []);
    const { answer, departmentId } = approval;
    if (!answer || !departmentId) throw new Error("nothing was approved");
    await verified.keep(
      {
        id: newId<VerifiedAnswerId>(),
        approvalId: approval.id,
        turnId: question.id,
        documentId: newId<DocumentId>(),
        departmentId,
        language: "en",
        question: approval.question,
        answer,
        sources: [],
        approvedBy: by,
        approvedAt: at,
        expiresAt: at,
      },
      [],
    );
  });
}

/** A question that became a ticket. */
async function fillEscalationTables(
  database: ReturnType<typeof createDatabase>,
  company: SampleCompany,
  { id }: ReturnType<typeof sampleQuestion>,
): Promise<void> {
  const connection = sampleConnection();
  const { escalation, dispatches } = sampleRaise(company, id, { ticket: connection.id });
  await database.withTenant(company.tenantId, async ({ connections, escalations }) => {
    await connections.add(connection, []);
    await escalations.raise(escalation, dispatches, []);
  });
}

/** A budget, what was put aside of it, and a call that is over. */
async function fillBudgetTables(
  database: ReturnType<typeof createDatabase>,
  company: SampleCompany,
): Promise<void> {
  const { tenantId } = company;
  const [userId, departmentId, at] = [personOf(company, "sam"), null, new Date()];
  const limits = { requestsPerMinute: 9, requestsPerDay: 9, tokensPerMinute: 9, tokensPerDay: 9 };
  await database.withTenant(tenantId, async ({ budgets }) => {
    const audit = { event: "budget.changed", status: "success", userId } as const;
    await budgets.set({ kind: "tenant" }, limits, audit);
    await budgets.reserve({ spender: { tenantId, userId, departmentId }, requests: 1, tokens: 1, at });
    const call = {
      urgency: "interactive",
      kind: "chat",
      model: "small",
      outcome: "done",
      counted: true,
    } as const;
    await budgets.record([
      { id: newId(), at, departmentId, userId, ...call, promptTokens: 1, completionTokens: 1 },
    ]);
  });
}

async function fillChannelTables(
  database: ReturnType<typeof createDatabase>,
  company: SampleCompany,
  question: ReturnType<typeof sampleQuestion>,
): Promise<void> {
  const { tenantId } = company;
  const workspaceId = workspaceOf(company);
  await database.withTenant(tenantId, async (stores) => {
    const { installations, references, identities, groups, handoffs, attachments } = stores;
    await installations.save(
      {
        channel: "slack",
        workspaceId,
        workspaceName: "Workspace",
        organisationId: null,
        organisationWide: false,
        appId: null,
        botUserId: "UBOT",
        scopes: [],
        sealedTokens: "sealed",
        tokensExpireAt: null,
        state: "active",
        installedBy: personOf(company, "ada"),
      },
      [],
    );
    await references.keep(
      {
        channel: "teams",
        workspaceId,
        kind: "person",
        externalId: "U1",
        teamId: null,
        name: null,
        address: {},
      },
      { at: new Date(), welcome: true, audit: [] },
    );
    await identities.guest({ channel: "slack", workspaceId, externalId: "U1" }, "Gus Guest");
    const group = "entra:ms:g1";
    await groups.grant({ group, departmentId: null, role: "staff" }, []);
    const seen = { groups: [group], guest: false, name: "Sam", emails: [] } as const;
    await groups.keep({ directory: "entra:ms", externalId: "p1" }, personOf(company, "sam"), seen, 0);
    await handoffs.open({ id: newId<HandoffId>(), turnId: question.id, requestedBy: question.userId }, []);
    const id = newId<AttachmentId>();
    await attachments.add([
      {
        id,
        turnId: question.id,
        conversationId: question.payload.conversationId,
        name: "manual.txt",
        mediaType: "text/plain",
        sizeBytes: 1,
        link: null,
        state: "read",
        contentHash: null,
        failure: null,
        passages: [
          {
            id: newId<PassageId>(),
            attachmentId: id,
            position: 0,
            headingPath: [],
            page: null,
            content: "one",
            tokenCount: 1,
          },
        ],
      },
    ]);
  });
}
