import busboy from "busboy";
import type { Request } from "express";
import { ExpertError } from "../../core/errors.ts";

export interface UploadedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

const broken = (cause?: unknown): ExpertError =>
  new ExpertError("upload_broken", "The upload did not arrive whole, so nothing was stored.", {
    remedy: "Send it again as multipart/form-data with its fields first and one `file`.",
    ...(cause === undefined ? {} : { cause }),
  });

/** Reads a multipart form with one file, up to `limitBytes`. Throws `upload_broken` or `upload_too_large`. */
export function readUpload(request: Request, limitBytes: number): Promise<UploadedForm> {
  return new Promise<UploadedForm>((resolve, reject) => {
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: request.headers,
        defParamCharset: "utf8",
        preservePath: true,
        limits: { files: 1, fields: 10, fieldSize: 10_000, fileSize: limitBytes },
      });
    } catch (error) {
      reject(broken(error));
      return;
    }
    const fields: Record<string, string> = {};
    let file: Omit<UploadedForm, "fields"> | undefined;
    const fail = (error: ExpertError): void => {
      request.unpipe(parser);
      request.resume();
      reject(error);
    };
    parser.on("field", (name, value) => {
      fields[name] = value;
    });
    parser.on("filesLimit", () => {
      fail(broken());
    });
    parser.on("file", (_field, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("limit", () => {
        fail(
          new ExpertError(
            "upload_too_large",
            `The file is larger than ${String(limitBytes / 1024 / 1024)} MB.`,
            {
              remedy: "Split it, or ask your administrator to raise UPLOAD_LIMIT_MB.",
              facts: { limitBytes },
            },
          ),
        );
      });
      // A form that ends in the middle of its file fails both the parser and this stream.
      stream.on("error", (error) => {
        fail(broken(error));
      });
      stream.on("end", () => {
        file = { name: info.filename ?? "", mediaType: info.mimeType, content: Buffer.concat(chunks) };
      });
    });
    parser.on("error", (error) => {
      fail(broken(error));
    });
    request.on("aborted", () => {
      fail(broken());
    });
    parser.on("close", () => {
      if (file) resolve({ ...file, fields });
      else reject(broken());
    });
    request.pipe(parser);
  });
}
