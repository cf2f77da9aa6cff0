import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import * as connection from "./contract/connection.ts";
import * as dispatch from "./contract/dispatch.ts";
import * as escalation from "./contract/escalation.ts";
import * as escalationPolicy from "./contract/escalation-policy.ts";
import { operation } from "./openapi-operation.ts";

const id = z.object({ id: z.uuid() });

/** Escalations, their policies, outside systems and the calls to them. */
export const escalationPaths: ZodOpenApiPathsObject = {
  "/v1/escalations": {
    get: operation({
      summary: "Escalations of the departments that this person looks after, newest first",
      query: escalation.escalationListQuerySchema,
      answer: escalation.escalationListSchema,
    }),
  },
  "/v1/escalations/{id}": {
    get: operation({
      summary: "An escalation as this person sees it",
      path: id,
      answer: escalation.escalationSchema,
    }),
  },
  "/v1/escalations/{id}/acts": {
    post: operation({
      summary: "Acknowledge, resolve, comment or answer; its ticket and incident follow",
      path: id,
      body: escalation.escalationActSchema,
      answer: escalation.escalationSchema,
    }),
  },
  "/v1/escalation-policies": {
    get: operation({
      summary: "Departments whose policy this person may change",
      answer: escalationPolicy.escalationPolicyListSchema,
    }),
  },
  "/v1/departments/{slug}/escalation-policy": {
    get: operation({
      summary: "What of the department's questions escalates, for its leads and admins",
      path: z.object({ slug: z.string() }),
      answer: escalationPolicy.escalationPolicySchema,
    }),
    put: operation({
      summary: "Change it, as JSON or as YAML; what was raised before keeps its own",
      path: z.object({ slug: z.string() }),
      body: escalationPolicy.changeEscalationPolicySchema,
      answer: escalationPolicy.escalationPolicySchema,
    }),
  },
  "/v1/departments/{slug}/escalation-policy/preview": {
    post: operation({
      summary: "What it would have done with the last hundred questions; it is not kept",
      path: z.object({ slug: z.string() }),
      body: escalationPolicy.changeEscalationPolicySchema,
      answer: escalationPolicy.escalationPreviewSchema,
    }),
  },
  "/v1/connections": {
    get: operation({
      summary: "Outside systems of the company, for admins",
      answer: connection.connectionListSchema,
    }),
    post: operation({
      summary: "Connect an outside system; its secrets are never told again",
      body: connection.addConnectionSchema,
      answer: connection.connectionSchema,
    }),
  },
  "/v1/connections/{id}": {
    patch: operation({
      summary: "Change it, exchange its secrets, or switch it off",
      path: id,
      body: connection.changeConnectionSchema,
      answer: connection.connectionSchema,
    }),
  },
  "/v1/connections/{id}/test": {
    post: operation({
      summary: "Ask it whether we are known there, and what is missing",
      path: id,
      answer: connection.connectionTestSchema,
    }),
  },
  "/v1/dispatches": {
    get: operation({
      summary: "Calls to outside systems that were given up, or wait, for admins",
      query: dispatch.dispatchListQuerySchema,
      answer: dispatch.dispatchListSchema,
    }),
  },
  "/v1/dispatches/{id}/redeliver": {
    post: operation({
      summary: "Have a call tried again that was given up",
      path: id,
      answer: dispatch.redeliveredSchema,
    }),
  },
  "/v1/connections/{id}/redeliver": {
    post: operation({
      summary: "Have all of a connection's calls tried again that were given up",
      path: id,
      answer: dispatch.redeliveredSchema,
    }),
  },
};
