import type { Statement } from "../tenant-query.ts";
import { auditInsert } from "./audit-rows.ts";

/**
 * Who uploads ($9 id, $11 lead, $12 labels, $13 principals) may replace the row: `canRemove` of core/identity/policy.ts. What
 * the product wrote ($14 kind) and what people upload never take each other's place.
 */
const readable = `d.sensitivity = any ($12::text[]) and (d.readers is null or d.readers && $13::text[])`;
const replaceable = `(d.kind = $14 and (coalesce(d.uploaded_by = $9, false) or $11::boolean) and ${readable})`;
/** The row has, or is to have, this content and label already. */
const same = `(d.kind = $14 and d.content_hash = $6 and d.state <> 'failed' and coalesce(d.next_sensitivity, d.sensitivity) = $7
  and (case when d.next_sensitivity is null then d.readers else d.next_readers end) is not distinct from $8::text[])`;
/** No other content is served, so the new label may hold from now on. */
const atOnce = `(d.published_revision = 0 or d.published_hash = excluded.content_hash)`;
const nextLabel = `case when ${atOnce} then excluded.sensitivity
  else stricter_label(d.sensitivity, excluded.sensitivity) end`;
const nextReaders = `case when ${atOnce} then excluded.readers else common_readers(d.readers, excluded.readers) end`;

/**
 * A conflicting row is locked by the insert, so two uploads of one name follow each other. Unchanged content takes its
 * new label at once (a new knowledge version). Changed content waits for its ingestion: until then the old is served
 * under whatever is stricter of both labels, and the new label and uploader come with `publish`.
 */
export const register: Statement = {
  name: "document_register",
  text: `
    with stored as (
      insert into documents as d (id, tenant_id, department_id, name, title, media_type, size_bytes, content_hash,
        sensitivity, readers, state, uploaded_by, kind)
      values ($1, app_tenant(), $2, $3, $3, $4, $5, $6, $7, $8, 'pending', $9, $14)
      on conflict (tenant_id, department_id, name) do update set
        media_type = excluded.media_type, size_bytes = excluded.size_bytes, content_hash = excluded.content_hash,
        -- A title that an unpublished revision brought may not outlive that revision's label.
        title = case when d.state = 'ready' then d.title else d.name end,
        sensitivity = ${nextLabel}, readers = ${nextReaders},
        next_sensitivity = excluded.sensitivity, next_readers = excluded.readers,
        next_uploaded_by = excluded.uploaded_by,
        state = 'pending', failure = null, attempts = 0, lease_until = null, revision = d.revision + 1,
        updated_at = now(),
        knowledge_version = case
          when d.published_revision > 0
            and (d.sensitivity <> ${nextLabel} or d.readers is distinct from ${nextReaders})
          then next_knowledge_version() else d.knowledge_version end
      where ${replaceable} and not ${same}
      returning d.*
    ), audited as (${auditInsert(10, "stored", "stored.id")})
    select * from stored`,
};

/** With the parameters of `register`, of which it ignores some. */
export const existing: Statement = {
  name: "document_existing",
  text: `
    select d.*, ${readable} and ${same} as unchanged, ${replaceable} as replaceable from documents d
    where d.tenant_id = app_tenant() and d.department_id = $2 and d.name = $3
      and ($1::uuid, $4::text, $5::bigint, $10::jsonb) is not null`,
};

export const take: Statement = {
  name: "document_take",
  text: `
    update documents d set state = 'processing', attempts = attempts + 1, updated_at = now(),
      lease_until = now() + $3 * interval '1 ms'
    where id = $1 and revision = $2
      and (state = 'pending' or (state = 'processing' and lease_until < now()))
    returning d.*, case when d.next_sensitivity is null then d.uploaded_by else d.next_uploaded_by end as uploader,
      (select count(*)::integer from passages p where p.document_id = d.id and p.revision = d.revision)
      as staged`,
};

/** The hold: $1 document, $2 revision, $3 attempt. */
const held = `id = $1 and revision = $2 and attempts = $3 and state = 'processing'`;

export const release: Statement = {
  name: "document_release",
  text: `
    update documents set state = 'pending', attempts = attempts - 1, lease_until = null, failure = null, updated_at = now()
    where ${held}`,
};

export const postpone: Statement = {
  name: "document_postpone",
  text: `
    update documents set attempts = attempts - 1, lease_until = now() + $4 * interval '1 ms', failure = $5::jsonb,
      updated_at = now()
    where ${held}`,
};

export const stage: Statement = {
  name: "document_stage",
  text: `
    with document as (
      update documents set title = $5, warnings = $6, lease_until = now() + $4 * interval '1 ms' where ${held}
      returning id, tenant_id, revision
    ), trimmed as (
      delete from passages p using document d
      where p.document_id = d.id and p.revision = d.revision and p.position >= jsonb_array_length($7::jsonb)
    ), staged as (
      insert into passages (id, tenant_id, document_id, revision, position, heading_path, page, content, token_count)
      select p."id", d.tenant_id, d.id, d.revision, p."position", p."headingPath", p."page", p."text", p."tokens"
      from document d, jsonb_to_recordset($7::jsonb) as p (
        "id" uuid, "position" integer, "headingPath" text[], "page" integer, "text" text, "tokens" integer)
      on conflict (document_id, revision, position) do update set
        heading_path = excluded.heading_path, page = excluded.page, content = excluded.content,
        token_count = excluded.token_count, embedding = null, embedding_model = null
    )
    select id from document`,
};

/**
 * What is embedded is the headings and the content: the same of both has the same embedding. The same ones are found by
 * sorting both revisions, for a join that was planned while the table was empty would compare each with each.
 */
export const reuseEmbeddings: Statement = {
  name: "document_reuse_embeddings",
  text: `
    with document as (
      update documents set lease_until = now() + $4 * interval '1 ms' where ${held}
      returning id, revision, published_revision
    ), paired as (
      select p.id, first_value(p.id) over same as known
      from document d join passages p on p.document_id = d.id and p.revision in (d.published_revision, d.revision)
      where (p.revision = d.revision) = (p.embedding_model is distinct from $5)
      window same as (partition by p.heading_path, sha256(convert_to(p.content, 'UTF8')) order by p.revision)
    ), reused as (
      update passages p set embedding = o.embedding, embedding_model = o.embedding_model
      from paired x join passages o on o.id = x.known
      where p.id = x.id and o.embedding_model = $5 and p.embedding_model is distinct from $5
    )
    select id from document`,
};

export const withoutEmbedding: Statement = {
  name: "document_without_embedding",
  text: `
    select id, array_to_string(heading_path, ' › ') || e'\\n' || content as text from passages
    where document_id = $1 and revision = $2 and embedding_model is distinct from $3
    order by position limit $4`,
};

export const embed: Statement = {
  name: "document_embed",
  text: `
    with document as (
      update documents set lease_until = now() + $4 * interval '1 ms' where ${held} returning id, revision
    ), embedded as (
      update passages p set embedding = e.embedding, embedding_model = $7
      from document d, unnest($5::uuid[], $6::bytea[]) as e (id, embedding)
      where p.id = e.id and p.document_id = d.id and p.revision = d.revision
    )
    select id from document`,
};

export const publish: Statement = {
  name: "document_publish",
  text: `
    with published as (
      update documents d set state = 'ready', failure = null, lease_until = null, published_revision = revision,
        published_hash = content_hash, sensitivity = coalesce(next_sensitivity, sensitivity),
        readers = case when next_sensitivity is null then readers else next_readers end,
        uploaded_by = case when next_sensitivity is null then uploaded_by else next_uploaded_by end,
        next_sensitivity = null, next_readers = null, next_uploaded_by = null,
        knowledge_version = next_knowledge_version(), updated_at = now(),
        passage_count = (select count(*) from passages p where p.document_id = d.id and p.revision = d.revision)
      where ${held}
      returning d.id, d.revision
    ), replaced as (
      delete from passages p using published where p.document_id = published.id and p.revision <> published.revision
    ), audited as (${auditInsert(4, "published")})
    select id from published`,
};

export const fail: Statement = {
  name: "document_fail",
  text: `
    with failed as (
      update documents set state = 'failed', failure = $4::jsonb, lease_until = null, updated_at = now()
      where ${held}
      returning id, revision, published_revision
    ), unstaged as (
      delete from passages p using failed
      where p.document_id = failed.id and p.revision = failed.revision and p.revision <> failed.published_revision
    ), audited as (${auditInsert(5, "failed")})
    select id from failed`,
};

export const retry: Statement = {
  name: "document_retry",
  text: `
    update documents d set state = 'pending', failure = null, attempts = 0, revision = revision + 1, updated_at = now()
    where id = $1 and state = 'failed' returning d.*`,
};

/** Also those whose last attempt failed for the model's sake alone; what is under way gets its embeddings anyway. */
export const embedAnew: Statement = {
  name: "document_embed_anew",
  text: `
    update documents d set state = 'pending', failure = null, attempts = 0, lease_until = null,
      revision = revision + 1, updated_at = now()
    where tenant_id = app_tenant() and published_hash = content_hash
      and (state = 'ready' or (state = 'failed' and failure->>'code' in ('model_unavailable', 'model_timeout')))
      and exists (select from passages p where p.document_id = d.id and p.revision = d.published_revision
        and p.embedding_model is distinct from $1)
    returning id`,
};

export const remove: Statement = {
  name: "document_remove",
  text: `
    with removed as (
      delete from documents where id = $1 returning id, tenant_id
    ), noted as (
      insert into knowledge_removals (tenant_id, document_id, version)
      select tenant_id, id, next_knowledge_version() from removed
    ), audited as (${auditInsert(2, "removed")})
    select id from removed`,
};

export const contentsInUse: Statement = {
  name: "document_contents_in_use",
  text: `
    select content_hash from documents where tenant_id = app_tenant() and content_hash = any ($1::text[])
    union
    select content_hash from attachments where tenant_id = app_tenant() and content_hash = any ($1::text[])`,
};

export const contentsServed: Statement = {
  name: "document_contents_served",
  text: `
    select id, published_hash from documents where id = any ($1::uuid[]) and published_revision > 0`,
};

const passageColumns = `p.id, p.document_id, d.department_id, d.sensitivity, d.readers, d.title, p.position,
  p.heading_path, p.page, p.content`;

export const passages: Statement = {
  name: "passages_by_id",
  text: `
    select ${passageColumns} from passages p join documents d on d.id = p.document_id
    where p.id = any ($1::uuid[]) and p.revision = d.published_revision`,
};

export const changes: Statement = {
  name: "knowledge_changes",
  text: `
    with changed as (
      (select id as document_id, knowledge_version as version, false as removed, published_revision from documents
        where tenant_id = app_tenant() and knowledge_version > $1)
      union all
      (select document_id, version, true, 0 from knowledge_removals where tenant_id = app_tenant() and version > $1)
      order by version limit $2
    )
    select c.document_id, c.version::text, c.removed, case when c.removed then null else (
        select jsonb_agg(jsonb_build_object(
          'id', p.id, 'position', p.position, 'headingPath', p.heading_path, 'page', p.page, 'text', p.content,
          'embedding', case when p.embedding_model = $3 then translate(encode(p.embedding, 'base64'), e'\\n', '') end)
          order by p.position)
        from passages p where p.document_id = c.document_id and p.revision = c.published_revision) end as passages,
      d.department_id, d.sensitivity, d.readers, d.title
    from changed c left join documents d on d.id = c.document_id and not c.removed
    order by c.version`,
};
