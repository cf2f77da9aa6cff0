import { z } from "zod";
import { sensitivities } from "../../../core/identity/access.ts";
import { documentStates } from "../../../core/knowledge/document.ts";
import { failureSchema } from "./conversation.ts";

export const documentSchema = z
  .object({
    id: z.uuid(),
    departmentId: z.uuid(),
    name: z.string().describe("File name, unique in its department"),
    title: z.string(),
    mediaType: z.string(),
    sizeBytes: z.int(),
    sensitivity: z.enum(sensitivities),
    state: z.enum(documentStates),
    failure: failureSchema.nullable().describe("Why it failed; while it is `processing`, what it waits for"),
    warnings: z.array(z.string()),
    passageCount: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    canDelete: z.boolean(),
  })
  .meta({ id: "Document" });
export type DocumentView = z.infer<typeof documentSchema>;

export const documentListSchema = z.object({
  items: z.array(documentSchema),
  nextCursor: z.string().nullable(),
});

/** What became of an upload. */
export const uploadResultSchema = z
  .object({ document: documentSchema, outcome: z.enum(["created", "replaced", "unchanged"]) })
  .meta({ id: "UploadResult" });
export type UploadResult = z.infer<typeof uploadResultSchema>;

export const passageSchema = z
  .object({
    id: z.uuid(),
    position: z.int(),
    headingPath: z.array(z.string()),
    page: z.int().nullable(),
    text: z.string().describe("Markdown"),
  })
  .meta({ id: "Passage" });
export type PassageView = z.infer<typeof passageSchema>;

export const documentTextSchema = z
  .object({ document: documentSchema, passages: z.array(passageSchema) })
  .meta({ id: "DocumentText" });

/** The fields of the multipart form beside its one `file`. */
export const uploadFieldsSchema = z.object({
  departmentId: z.uuid(),
  sensitivity: z.enum(sensitivities).default("public"),
});
