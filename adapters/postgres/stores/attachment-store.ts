import type {
  Attachment,
  AttachmentPassage,
  AttachmentStore,
} from "../../../core/conversation/attachment.ts";
import type { Statement, TenantRunner } from "../tenant-query.ts";

/** Of two processes that add a question's files at the same moment, the first one's stay. */
const add: Statement = {
  name: "attachment_add",
  text: `
    with incoming as (
      select * from jsonb_to_recordset($1::jsonb) as a (
        "position" integer, "id" uuid, "turnId" uuid, "conversationId" uuid, "name" text, "mediaType" text, "sizeBytes" bigint,
        "link" text, "state" text, "contentHash" text, "failure" jsonb, "passages" jsonb)
    ), added as (
      insert into attachments (id, tenant_id, turn_id, conversation_id, position, name, media_type, size_bytes, link,
        state, content_hash, failure)
      select i."id", app_tenant(), i."turnId", i."conversationId", i."position", i."name", i."mediaType", i."sizeBytes",
        i."link", i."state", i."contentHash", nullif(i."failure", 'null')
      from incoming i
      where not exists (select from attachments a where a.tenant_id = app_tenant() and a.turn_id = i."turnId")
      on conflict (tenant_id, turn_id, position) do nothing
      returning id
    )
    insert into attachment_passages (id, tenant_id, attachment_id, position, heading_path, page, content, token_count)
    select p."id", app_tenant(), added.id, p."position", p."headingPath", p."page", p."content", p."tokenCount"
    from added join incoming i on i."id" = added.id, jsonb_to_recordset(i."passages") as p (
      "id" uuid, "position" integer, "headingPath" text[], "page" integer, "content" text, "tokenCount" integer)`,
};

/** The newest question's files first, each question's in their order. */
const of: Statement = {
  name: "attachment_of",
  text: `
    select * from attachments where tenant_id = app_tenant() and conversation_id = $1
    order by created_at desc, turn_id desc, position limit $2`,
};

const passages: Statement = {
  name: "attachment_passages",
  text: `
    select p.* from attachments a join attachment_passages p on p.attachment_id = a.id
    where a.tenant_id = app_tenant() and a.conversation_id = $1
    order by a.created_at desc, a.turn_id desc, a.position, p.position limit $2`,
};

interface AttachmentRow {
  id: Attachment["id"];
  turn_id: Attachment["turnId"];
  conversation_id: Attachment["conversationId"];
  name: string;
  media_type: string;
  size_bytes: string;
  link: string | null;
  state: Attachment["state"];
  content_hash: string | null;
  failure: Attachment["failure"];
}

interface PassageRow {
  id: AttachmentPassage["id"];
  attachment_id: AttachmentPassage["attachmentId"];
  position: number;
  heading_path: string[];
  page: number | null;
  content: string;
  token_count: number;
}

export function attachmentStore(run: TenantRunner): AttachmentStore {
  return {
    async add(attachments) {
      if (attachments.length === 0) return;
      const numbered = attachments.map((attachment, index) => ({ ...attachment, position: index + 1 }));
      await run(add, [JSON.stringify(numbered)]);
    },
    async of(conversation, limit) {
      return (await run<AttachmentRow>(of, [conversation, limit])).map((row) => ({
        id: row.id,
        turnId: row.turn_id,
        conversationId: row.conversation_id,
        name: row.name,
        mediaType: row.media_type,
        sizeBytes: Number(row.size_bytes),
        link: row.link,
        state: row.state,
        contentHash: row.content_hash,
        failure: row.failure,
      }));
    },
    async passages(conversation, limit) {
      return (await run<PassageRow>(passages, [conversation, limit])).map((row) => ({
        id: row.id,
        attachmentId: row.attachment_id,
        position: row.position,
        headingPath: row.heading_path,
        page: row.page,
        content: row.content,
        tokenCount: row.token_count,
      }));
    },
  };
}
