import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import type { ApiError } from "../../bots/http/contract/error.ts";
import { issueToken, sessionCookie } from "../../bots/http/session-token.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { newId, type UserId } from "../../core/ids.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";
import { apiClient, type Answered, type ApiClient } from "../support/api-client.ts";
import { joinProduct, type JoinedProduct } from "../support/joined-product.ts";
import { departmentOf, personOf, until } from "../support/sample-work.ts";

jest.setTimeout(180_000);

const secret = "only-for-tests-only-for-tests-only-for-tests";
const limitMb = 1;

/** Whatever is wrong with a request: a clear error that says what to do, and no row changed. */
describe("bad input over HTTP", () => {
  let product: JoinedProduct;
  let owner: pg.Client;
  let company: ProvisionedCompany;
  let sam: ApiClient;
  let counted: Record<string, string>;
  const blobs = createFakeBlobStore();

  beforeAll(async () => {
    product = await joinProduct({ UPLOAD_LIMIT_MB: String(limitMb) }, (parts) => ({
      ...parts,
      blobs,
      ingestion: { ...parts.ingestion, blobs },
    }));
    company = await product.company("small");
    owner = new pg.Client({ connectionString: product.database.ownerUrl });
    await owner.connect();
    sam = await product.signIn("sam@small.example");
  });
  afterAll(async () => {
    await owner.end();
    await product.close();
  });

  const rowCounts = async (): Promise<Record<string, string>> => {
    const tables = ["inbox", "turns", "conversations", "documents", "passages", "outbox", "feedback"];
    const columns = tables.map((table) => `(select count(*) from ${table})::text as ${table}`);
    const { rows } = await owner.query<Record<string, string>>(`select ${columns.join(", ")}`);
    return { ...rows[0], blobs: String(blobs.count) };
  };
  beforeEach(async () => {
    counted = await rowCounts();
  });
  const isRefused = async (
    answer: Answered<{ error: ApiError }>,
    status: number,
    code: ErrorCode,
  ): Promise<ApiError> => {
    expect({ status: answer.status, code: answer.body.error.code }).toEqual({ status, code });
    expect(answer.body.error.message.length).toBeGreaterThan(5);
    expect(answer.body.error.remedy).toEqual(expect.any(String));
    expect(answer.body.error.requestId).toEqual(expect.any(String));
    expect(await rowCounts()).toEqual(counted);
    return answer.body.error;
  };
  /** Ended, and the message about it posted: nothing is under way that would change a count. */
  const settled = async (turns: readonly string[]): Promise<void> => {
    await until("the answers are posted", async () => {
      const { rowCount } = await owner.query(
        "select from outbox where turn_id = any ($1) and state = 'posted'",
        [turns],
      );
      return rowCount === turns.length;
    });
  };
  const ask = (body: unknown): Promise<Answered<{ error: ApiError }>> => sam.request("POST", "/turns", body);
  const form = (file: Blob | null, fields: Record<string, string> = {}, name = "a.md"): FormData => {
    const data = new FormData();
    const all = { departmentId: departmentOf(company, "operations"), ...fields };
    for (const [field, value] of Object.entries(all)) if (value !== "") data.set(field, value);
    if (file) data.set("file", file, name);
    return data;
  };
  const upload = (data: FormData): Promise<Answered<{ error: ApiError }>> =>
    sam.request("POST", "/documents", data);

  describe("questions", () => {
    it.each(["", "   \n\t ", "\u0000"])("refuses an empty one: %j", async (question) => {
      await isRefused(await ask({ question }), 400, "question_empty");
    });

    it("refuses one of 100,000 characters, with the limit", async () => {
      const { facts } = await isRefused(
        await ask({ question: "ก".repeat(100_000) }),
        400,
        "question_too_long",
      );
      expect(facts).toEqual({ limit: 8_000, length: 100_000 });
    });

    it("refuses a body beyond any question before it is read", async () => {
      await isRefused(await ask({ question: "a".repeat(2_000_000) }), 400, "invalid_input");
    });

    it.each([
      ["no question", {}],
      ["a number", { question: 7 }],
      ["a list", [{ question: "x" }]],
      ["null", null],
      ["an unknown field", { question: "x", admin: true }],
      ["a department that is no id", { question: "x", departmentId: "operations" }],
      ["a conversation that is no id", { question: "x", conversationId: "1; drop table turns" }],
      ["an event id of the wrong form", { question: "x", eventId: "a b" }],
    ])("refuses %s, naming the field", async (_what, body) => {
      await isRefused(await ask(body), 400, "invalid_input");
    });

    it.each(["{", '"text"', "question=x", "{'question':'x'}"])(
      "refuses what is not JSON: %j",
      async (body) => {
        await isRefused(await ask(body), 400, "invalid_input");
      },
    );

    it("refuses an unknown department, and one that is not for this person", async () => {
      await isRefused(await ask({ question: "x", departmentId: newId() }), 404, "department_unknown");
      const finance = departmentOf(company, "finance");
      await isRefused(await ask({ question: "x", departmentId: finance }), 404, "department_unknown");
    });

    it("keeps half a character from breaking the questions beside it", async () => {
      const asked = ["How \ud83d do I?", "What is a valve?", "Where is it?"].map((question) =>
        sam.request<{ turnId: string }>("POST", "/turns", JSON.stringify({ question })),
      );
      const accepted = await Promise.all(asked);
      expect(accepted.map(({ status }) => status)).toEqual([202, 202, 202]);
      await settled(accepted.map(({ body }) => body.turnId));
    });
  });

  describe("uploads", () => {
    it("refuses an empty file, no file, and no form", async () => {
      await isRefused(await upload(form(new Blob([]))), 422, "document_empty");
      await isRefused(await upload(form(null)), 400, "upload_broken");
      await isRefused(await sam.request("POST", "/documents", { file: "x" }), 400, "upload_broken");
      const two = form(new Blob(["one"]));
      two.append("file", new Blob(["two"]), "two.md");
      await isRefused(await upload(two), 400, "upload_broken");
      await isRefused(await sam.request("POST", "/documents"), 400, "upload_broken");
    });

    it("refuses a file that is too large, with the limit", async () => {
      const large = new Blob([new Uint8Array(limitMb * 1024 * 1024 + 1)]);
      const { facts } = await isRefused(await upload(form(large)), 413, "upload_too_large");
      expect(facts).toEqual({ limitBytes: limitMb * 1024 * 1024 });
    });

    it("refuses wrong fields and names", async () => {
      const file = new Blob(["text"]);
      await isRefused(await upload(form(file, { departmentId: "" })), 400, "invalid_input");
      await isRefused(await upload(form(file, { departmentId: "x" })), 400, "invalid_input");
      await isRefused(await upload(form(file, { sensitivity: "secret" })), 400, "invalid_input");
      await isRefused(await upload(form(file, {}, "../..")), 400, "invalid_input");
      await isRefused(await upload(form(file, {}, `${"a".repeat(300)}.md`)), 400, "invalid_input");
    });

    it("refuses what this person may not add", async () => {
      const file = new Blob(["text"]);
      await isRefused(await upload(form(file, { departmentId: newId() })), 404, "department_unknown");
      const finance = departmentOf(company, "finance");
      await isRefused(await upload(form(file, { departmentId: finance })), 404, "department_unknown");
      await isRefused(await upload(form(file, { sensitivity: "restricted" })), 403, "forbidden");
      const vic = await product.signIn("vic@small.example");
      await isRefused(await vic.request("POST", "/documents", form(file)), 403, "forbidden");
    });

    it("tells that there is no room left, and stores nothing", async () => {
      blobs.limitRoom(1);
      try {
        await isRefused(await upload(form(new Blob(["text"]))), 507, "storage_full");
      } finally {
        blobs.limitRoom(Number.POSITIVE_INFINITY);
      }
    });

    it("tells that a form is broken: cut short, garbled, or without its boundary", async () => {
      const boundary = "xx";
      const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\n`;
      const send = (body: string, type = `multipart/form-data; boundary=${boundary}`) =>
        sam.request("POST", "/documents", body, { "content-type": type });
      await isRefused(await send(`${head}half of the fi`), 400, "upload_broken");
      await isRefused(await send(`${head}text\r\n--${boundary}`), 400, "upload_broken");
      await isRefused(await send("garbage"), 400, "upload_broken");
      await isRefused(await send(head, "multipart/form-data"), 400, "upload_broken");
    });

    it("stores nothing of an upload whose connection is cut", async () => {
      const { hostname, port } = new URL(product.url);
      await new Promise<void>((resolve) => {
        const request = httpRequest({
          hostname,
          port,
          path: "/v1/documents",
          method: "POST",
          headers: {
            cookie: sam.cookie,
            "content-type": "multipart/form-data; boundary=xx",
            "content-length": "100000",
          },
        });
        request.on("error", () => undefined);
        request.on("close", resolve);
        request.write('--xx\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\nhalf');
        setTimeout(() => request.destroy(), 50);
      });
      expect((await fetch(`${product.url}/health/ready`)).status).toBe(200);
      expect(await rowCounts()).toEqual(counted);
    });
  });

  describe("who asks", () => {
    it("refuses a request from another site's page", async () => {
      for (const origin of ["https://evil.example", "null", "http://localhost:1"]) {
        const headers = { origin };
        await isRefused(await sam.request("POST", "/turns", { question: "x" }, headers), 403, "forbidden");
        await isRefused(await sam.request("DELETE", "/session", undefined, headers), 403, "forbidden");
      }
      const own = await sam.request("GET", "/documents", undefined, { origin: new URL(product.url).origin });
      expect(own.status).toBe(200);
    });

    it("refuses no cookie, a bad one, an expired one, and one of nobody", async () => {
      const session = {
        tenantId: company.tenantId,
        userId: personOf(company, "sam"),
        issuedAt: new Date(),
      };
      const later = new Date(Date.now() + 3_600_000);
      const good = issueToken(secret, { ...session, expiresAt: later });
      const cookies = {
        none: "",
        garbage: `${sessionCookie}=%00%ff; other=1`,
        unsigned: `${sessionCookie}=${good.slice(0, good.lastIndexOf("."))}.`,
        otherKey: `${sessionCookie}=${issueToken("another-secret", { ...session, expiresAt: later })}`,
        expired: `${sessionCookie}=${issueToken(secret, { ...session, expiresAt: new Date(Date.now() - 1) })}`,
        noTime: `${sessionCookie}=${issueToken(secret, { ...session, expiresAt: new Date(Number.NaN) })}`,
        nobody: `${sessionCookie}=${issueToken(secret, { ...session, userId: newId<UserId>(), expiresAt: later })}`,
      };
      for (const cookie of Object.values(cookies)) {
        const client = apiClient(product.url, cookie);
        await isRefused(await client.request("POST", "/turns", { question: "x" }), 401, "unauthenticated");
      }
      expect(
        (await apiClient(product.url, `${sessionCookie}=${good}`).request("GET", "/session")).status,
      ).toBe(200);
    });

    it("refuses an account that is not offered", async () => {
      const client = apiClient(product.url, "");
      await isRefused(
        await client.request("POST", "/session", { email: "eve@small.example" }),
        401,
        "unauthenticated",
      );
      await isRefused(await client.request("POST", "/session", { email: 5 }), 400, "invalid_input");
    });

    it("refuses the audit trail to anyone but admins", async () => {
      await isRefused(await sam.request("GET", "/audit"), 403, "forbidden");
    });
  });

  describe("ids and pages", () => {
    it("treats another person's conversation, turn and document as unknown", async () => {
      const ada = await product.signIn("ada@small.example");
      const turn = await ada.ask("What is a boiler?");
      await settled([turn.id]);
      const document = await ada.upload(
        "budget.md",
        "# Budget\n\nIt is 7.\n",
        departmentOf(company, "finance"),
      );
      counted = await rowCounts();
      const conversation = `/conversations/${turn.conversationId}`;
      for (const [method, path, body] of [
        ["GET", `/turns/${turn.id}`],
        ["GET", `/turns/${turn.id}/events`],
        ["POST", `/turns/${turn.id}/cancel`],
        ["PUT", `/turns/${turn.id}/feedback`, { verdict: "up", reason: null }],
        ["DELETE", `/turns/${turn.id}/feedback`],
        ["GET", conversation],
        ["PATCH", conversation, { title: "x" }],
        ["DELETE", conversation],
        ["POST", `${conversation}/restore`],
        ["POST", "/turns", { question: "x", conversationId: turn.conversationId }],
        ["GET", `/documents/${document.id}`],
        ["GET", `/documents/${document.id}/passages`],
        ["GET", `/documents/${document.id}/file`],
        ["POST", `/documents/${document.id}/retry`],
        ["DELETE", `/documents/${document.id}`],
      ] as const) {
        await isRefused(await sam.request(method, path, body), 404, "not_found");
      }
    });

    it("refuses to delete what one may read but did not upload, and to retry what has not failed", async () => {
      const ada = await product.signIn("ada@small.example");
      const document = await ada.upload(
        "valve.md",
        "# Valve\n\nTurn it.\n",
        departmentOf(company, "operations"),
      );
      counted = await rowCounts();
      await isRefused(await sam.request("DELETE", `/documents/${document.id}`), 403, "forbidden");
      await isRefused(await ada.request("POST", `/documents/${document.id}/retry`), 409, "conflict");
    });

    it.each([
      ["GET", "/turns/1"],
      ["GET", "/turns/1/events"],
      ["POST", "/turns/x/cancel"],
      ["GET", "/conversations/%20"],
      ["GET", "/documents/00000000-0000-0000-0000-00000000000g"],
      ["GET", "/documents/%E0%A4%A"],
      ["GET", "/documents?cursor=x"],
      ["GET", `/documents?cursor=${Buffer.from("2026-01-01 x").toString("base64url")}`],
      ["GET", "/documents?limit=0"],
      ["GET", "/documents?limit=1000"],
      ["GET", "/documents?state=lost"],
      ["GET", "/documents?departmentId=x"],
      ["GET", "/conversations?cursor=%00"],
      ["GET", "/conversations?query="],
    ])("refuses malformed ids and pages: %s %s", async (method, path) => {
      await isRefused(await sam.request(method, path), 400, "invalid_input");
    });

    it("refuses a last event id that is no number", async () => {
      const headers = { "last-event-id": "x" };
      const answer = await sam.request("GET", `/turns/${newId()}/events`, undefined, headers);
      await isRefused(answer, 400, "invalid_input");
    });

    it("knows no other address", async () => {
      await isRefused(await sam.request("GET", "/nothing"), 404, "not_found");
      await isRefused(await sam.request("DELETE", "/turns"), 404, "not_found");
    });
  });
});
