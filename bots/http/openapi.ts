import { Router } from "express";
import { z } from "zod";
import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { sensitivities } from "../../core/identity/access.ts";
import { documentStates } from "../../core/knowledge/document.ts";
import { auditListSchema } from "./contract/audit.ts";
import * as approval from "./contract/approval.ts";
import * as approvalPolicy from "./contract/approval-policy.ts";
import * as conversation from "./contract/conversation.ts";
import * as identity from "./contract/identity.ts";
import * as knowledge from "./contract/knowledge.ts";
import { pageQuerySchema } from "./contract/page.ts";
import { installLinkSchema } from "./contract/slack.ts";
import { budgetPaths } from "./openapi-budgets.ts";
import { escalationPaths } from "./openapi-escalations.ts";
import { failure, json, operation } from "./openapi-operation.ts";
import { rateLimited, rateLimitHeaders } from "./openapi-rate-limit.ts";

const id = z.object({ id: z.uuid() });
const eventStream = {
  "text/event-stream": {
    schema: z.string().describe("Events: accepted, state, waiting, text, reply, error"),
  },
};
const ask = operation({
  summary:
    "Ask. With `accept: text/event-stream` the answer streams in the response. Where budgets hold for the asker, the headers tell how the tightest stands",
  body: conversation.askSchema,
  answer: conversation.acceptedTurnSchema,
  status: 202,
});

/** Every address of the API, held against the routes by a test. */
export const paths: ZodOpenApiPathsObject = {
  "/v1/openapi.json": { get: operation({ summary: "This description", answer: z.unknown() }) },
  "/v1/sign-in-options": {
    get: operation({ summary: "Accounts offered for signing in", answer: identity.signInOptionsSchema }),
  },
  "/v1/session": {
    get: operation({ summary: "Who is signed in", answer: identity.sessionSchema }),
    post: operation({ summary: "Sign in", body: identity.signInSchema, answer: identity.sessionSchema }),
    delete: operation({ summary: "Sign out", answer: null, status: 204 }),
  },
  "/v1/departments": {
    get: operation({
      summary: "Departments that this person may ask",
      answer: identity.departmentListSchema,
    }),
  },
  "/v1/turns": {
    post: {
      ...ask,
      responses: {
        ...ask.responses,
        "200": { description: "The stream", headers: rateLimitHeaders, content: eventStream },
        "202": {
          ...json(conversation.acceptedTurnSchema),
          description: "Taken in",
          headers: rateLimitHeaders,
        },
        "429": rateLimited,
      },
    },
  },
  "/v1/turns/{id}": {
    get: operation({ summary: "A question and its reply", path: id, answer: conversation.turnSchema }),
  },
  "/v1/turns/{id}/events": {
    get: {
      summary: "What becomes of a question, from the event after `Last-Event-ID`",
      requestParams: { path: id, header: z.object({ "last-event-id": z.string().optional() }) },
      responses: { "200": { description: "The stream", content: eventStream }, default: failure },
    },
  },
  "/v1/turns/{id}/cancel": { post: operation({ summary: "Stop", path: id, answer: null, status: 202 }) },
  "/v1/turns/{id}/feedback": {
    put: operation({
      summary: "Say whether the answer helped",
      path: id,
      body: conversation.feedbackSchema,
      answer: conversation.feedbackSchema,
    }),
    delete: operation({ summary: "Take the feedback back", path: id, answer: null, status: 204 }),
  },
  "/v1/conversations": {
    get: operation({
      summary: "This person's conversations, newest first",
      query: pageQuerySchema,
      answer: conversation.conversationListSchema,
    }),
  },
  "/v1/conversations/{id}": {
    get: operation({ summary: "A conversation", path: id, answer: conversation.conversationDetailSchema }),
    patch: operation({
      summary: "Rename",
      path: id,
      body: conversation.renameSchema,
      answer: conversation.conversationSchema,
    }),
    delete: operation({ summary: "Delete; can be undone", path: id, answer: null, status: 204 }),
  },
  "/v1/conversations/{id}/restore": {
    post: operation({ summary: "Undo a deletion", path: id, answer: conversation.conversationSchema }),
  },
  "/v1/documents": {
    get: operation({
      summary: "Documents that this person may read, newest first",
      query: pageQuerySchema.extend({
        departmentId: z.uuid().optional(),
        state: z.enum(documentStates).optional(),
      }),
      answer: knowledge.documentListSchema,
    }),
    post: {
      summary: "Add a document; the fields come before the file",
      requestBody: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: z.object({
              departmentId: z.uuid(),
              sensitivity: z.enum(sensitivities).optional(),
              file: z.string().meta({ format: "binary" }),
            }),
          },
        },
      },
      responses: {
        "202": { description: "Taken in", ...json(knowledge.uploadResultSchema) },
        default: failure,
      },
    },
  },
  "/v1/documents/{id}": {
    get: operation({ summary: "A document", path: id, answer: knowledge.documentSchema }),
    delete: operation({
      summary: "Remove a document with its passages",
      path: id,
      answer: null,
      status: 204,
    }),
  },
  "/v1/documents/{id}/passages": {
    get: operation({ summary: "A document's text", path: id, answer: knowledge.documentTextSchema }),
  },
  "/v1/documents/{id}/file": {
    get: {
      summary: "The file as it was uploaded",
      requestParams: { path: id },
      responses: {
        "200": { description: "The file", content: { "application/octet-stream": { schema: z.string() } } },
        default: failure,
      },
    },
  },
  "/v1/documents/{id}/retry": {
    post: operation({
      summary: "Try a failed document again",
      path: id,
      answer: knowledge.documentSchema,
      status: 202,
    }),
  },
  "/v1/approvals": {
    get: operation({
      summary: "What waits for this person's decision, oldest first; or what was decided, newest first",
      query: approval.approvalListQuerySchema,
      answer: approval.approvalListSchema,
    }),
  },
  "/v1/approvals/count": {
    get: operation({ summary: "How many wait for this person", answer: approval.approvalCountSchema }),
  },
  "/v1/approvals/stream": {
    get: {
      summary: "What changes for this person, as it changes",
      responses: {
        "200": {
          description: "The stream",
          content: {
            "text/event-stream": { schema: z.string().describe("Events: count, changed, turn") },
          },
        },
        default: failure,
      },
    },
  },
  "/v1/approvals/{id}": {
    get: operation({
      summary: "An approval as this person sees it",
      path: id,
      answer: approval.approvalSchema,
    }),
  },
  "/v1/approvals/{id}/decisions": {
    post: operation({
      summary: "Decide; late where somebody else has (409, with their name)",
      path: id,
      body: approval.decisionSchema,
      answer: approval.approvalSchema,
    }),
  },
  "/v1/approvals/{id}/escalate": {
    post: operation({
      summary: "Leave it to the escalation before its time",
      path: id,
      answer: approval.approvalSchema,
    }),
  },
  "/v1/approvals/{id}/undo": {
    post: operation({ summary: "Take the answer back", path: id, answer: approval.approvalSchema }),
  },
  "/v1/me/absence": {
    get: operation({ summary: "Until when this person is away", answer: approval.absenceSchema }),
    put: operation({
      summary: "Be away; what waits is offered to the delegate",
      body: approval.setAbsenceSchema,
      answer: approval.absenceSchema,
    }),
    delete: operation({ summary: "Be back", answer: null, status: 204 }),
  },
  "/v1/me/approval-channel": {
    get: operation({ summary: "Where this person gets approvals", answer: approval.approvalChannelSchema }),
    put: operation({
      summary: "Choose where",
      body: approval.approvalChannelSchema,
      answer: approval.approvalChannelSchema,
    }),
  },
  "/v1/approval-policies": {
    get: operation({
      summary: "Departments whose policy this person may change",
      answer: approvalPolicy.policyListSchema,
    }),
  },
  "/v1/departments/{slug}/approval-policy": {
    get: operation({
      summary: "When the department's answers need approval, for its leads and admins",
      path: z.object({ slug: z.string() }),
      answer: approvalPolicy.policySchema,
    }),
    put: operation({
      summary: "Change it, as JSON or as YAML; approvals that run keep theirs",
      path: z.object({ slug: z.string() }),
      body: approvalPolicy.changePolicySchema,
      answer: approvalPolicy.policySchema,
    }),
  },
  ...escalationPaths,
  ...budgetPaths,
  "/v1/audit": {
    get: operation({
      summary: "The audit trail, for admins",
      query: pageQuerySchema,
      answer: auditListSchema,
    }),
  },
  "/v1/slack/install-link": {
    post: operation({
      summary: "An address that adds the bot to Slack workspaces, for admins",
      answer: installLinkSchema,
    }),
  },
};

/** The OpenAPI 3.1 description, generated from the contract. */
export const describeApi = () =>
  createDocument({
    openapi: "3.1.0",
    info: {
      title: "The Expert",
      version: "1",
      description: "Ask a company's documents; people sign in with a session cookie.",
    },
    paths,
  });

export function openApiRoutes(): Router {
  const router = Router();
  let described: ReturnType<typeof describeApi> | undefined;
  router.get("/openapi.json", (_request, response) => {
    described ??= describeApi();
    response.json(described);
  });
  return router;
}
