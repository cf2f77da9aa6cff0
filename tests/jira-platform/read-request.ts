import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import busboy from "busboy";

export interface ReadRequest {
  /** JSON; undefined where there is none. */
  readonly body: unknown;
  /** Of an attachment. */
  readonly file: { readonly filename: string; readonly content: Buffer } | null;
  /** What Jira would not take of it. */
  readonly wrong: readonly string[];
}

/** The body of a request, as Jira takes it: JSON, or a form with one file. */
export async function readRequest(request: IncomingMessage): Promise<ReadRequest> {
  const { headers, method } = request;
  const type = headers["content-type"] ?? "";
  const wrong = headers.accept === "application/json" ? [] : [`accept: ${String(headers.accept)}`];
  if (type.startsWith("multipart/form-data")) return readForm(request, wrong);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (method === "GET")
    return {
      body: undefined,
      file: null,
      wrong: [...wrong, ...(bytes.length > 0 ? ["GET with a body"] : [])],
    };
  if (type !== "application/json")
    return { body: undefined, file: null, wrong: [...wrong, `content-type: ${type}`] };
  return { body: JSON.parse(bytes.toString()) as unknown, file: null, wrong };
}

async function readForm(request: IncomingMessage, before: readonly string[]): Promise<ReadRequest> {
  const token = request.headers["x-atlassian-token"];
  const wrong = [...before, ...(token === "no-check" ? [] : [`x-atlassian-token: ${String(token)}`])];
  let file: ReadRequest["file"] = null;
  const form = busboy({ headers: request.headers, defParamCharset: "utf8" });
  form.on("file", (field, stream, { filename }) => {
    if (field !== "file" || file !== null) wrong.push(`form file ${field}`);
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      file = { filename: filename ?? "", content: Buffer.concat(parts) };
    });
  });
  form.on("field", (field) => wrong.push(`form field ${field}`));
  request.pipe(form);
  await once(form, "close");
  return { body: undefined, file, wrong };
}
