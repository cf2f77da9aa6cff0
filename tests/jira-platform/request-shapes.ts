import { z } from "zod";
import type { AskedRequest, CheckRequest } from "./published-description.ts";

/**
 * Cloud's search by POST, which took the place of `/search` after the description was published
 * (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post).
 */
const searchBody = z.strictObject({
  jql: z.string().min(1),
  nextPageToken: z.string().optional(),
  maxResults: z.int().min(1).max(5_000).optional(),
  fields: z.array(z.string()).optional(),
  expand: z.string().optional(),
  properties: z.array(z.string()).max(5).optional(),
  fieldsByKeys: z.boolean().optional(),
  failFast: z.boolean().optional(),
  reconcileIssues: z.array(z.int()).max(50).optional(),
});

const none = z.strictObject({});
const digits = z.string().regex(/^\d+$/);

/** Data Center's REST v2 as far as it is asked (https://developer.atlassian.com/server/jira/platform/rest/). */
const dataCenter: readonly {
  readonly route: RegExp;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
}[] = [
  {
    route: /^POST \/rest\/api\/2\/issue$/,
    query: none,
    body: z.strictObject({
      fields: z.looseObject({
        project: z.strictObject({ key: z.string() }),
        issuetype: z.strictObject({ name: z.string() }),
        summary: z.string(),
        description: z.string(),
        labels: z.array(z.string()),
        priority: z.strictObject({ name: z.string() }).optional(),
      }),
    }),
  },
  {
    route: /^POST \/rest\/api\/2\/search$/,
    query: none,
    body: z.strictObject({
      jql: z.string(),
      startAt: z.int().optional(),
      maxResults: z.int().max(1_000).optional(),
      fields: z.array(z.string()).optional(),
      validateQuery: z.boolean().optional(),
      expand: z.array(z.string()).optional(),
    }),
  },
  {
    route: /^GET \/rest\/api\/2\/issue\/\d+$/,
    query: z.strictObject({ fields: z.string().optional(), expand: z.string().optional() }),
    body: z.undefined(),
  },
  {
    route: /^GET \/rest\/api\/2\/issue\/\d+\/comment$/,
    query: z.strictObject({
      startAt: digits.optional(),
      maxResults: digits.optional(),
      orderBy: z.enum(["created", "-created", "+created"]).optional(),
      expand: z.string().optional(),
    }),
    body: z.undefined(),
  },
  {
    route: /^POST \/rest\/api\/2\/issue\/\d+\/comment$/,
    query: none,
    body: z.strictObject({ body: z.string() }),
  },
  {
    route: /^GET \/rest\/api\/2\/issue\/\d+\/transitions$/,
    query: z.strictObject({ expand: z.string().optional() }),
    body: z.undefined(),
  },
  {
    route: /^POST \/rest\/api\/2\/issue\/\d+\/transitions$/,
    query: none,
    body: z.strictObject({
      transition: z.strictObject({ id: digits }),
      fields: z.looseObject({}).optional(),
      historyMetadata: z.strictObject({ type: z.string(), description: z.string() }).optional(),
    }),
  },
  { route: /^POST \/rest\/api\/2\/issue\/\d+\/attachments$/, query: none, body: z.undefined() },
  { route: /^GET \/rest\/api\/2\/(?:myself|mypermissions)$/, query: none, body: z.undefined() },
];

export const checkDataCenter: CheckRequest = (request) => {
  const asked = `${request.method} ${request.path}`;
  const known = dataCenter.find(({ route }) => route.test(asked));
  return known ? faultsOf(asked, known, request) : [`${asked} is not described`];
};

/** Cloud's search; null where another path is asked. */
export const checkCloudSearch = (request: AskedRequest): readonly string[] | null =>
  request.path === "/rest/api/3/search/jql"
    ? faultsOf(`${request.method} ${request.path}`, { query: none, body: searchBody }, request)
    : null;

const faultsOf = (
  asked: string,
  shapes: { readonly query: z.ZodType; readonly body: z.ZodType },
  { query, body }: AskedRequest,
): readonly string[] =>
  [shapes.query.safeParse(query), shapes.body.safeParse(body)].flatMap(({ error }) =>
    error ? [`${asked} ${z.prettifyError(error)}`] : [],
  );
