import { ExpertError } from "../../core/errors.ts";

/** What is said of the vendor's error: no body, for it may quote the prompt or the key. */
export interface VendorFailure {
  readonly status: number | null;
  /** The vendor's or the system's code, such as `context_length_exceeded` or `ECONNREFUSED`. */
  readonly code: string | null;
  readonly parameter: string | null;
  /** What the server said of when to come again (RFC 9110, section 10.2.3, in seconds), in milliseconds. */
  readonly retryAfterMs: number | null;
}

/** The settings that remedies name. */
export interface SettingsToCheck {
  readonly key: string;
  readonly address: string;
}

/** Those of the only server, in the environment. */
export const settingsOfOne: SettingsToCheck = { key: "MODEL_API_KEY", address: "MODEL_BASE_URL" };

const known = /^[\w.-]{1,60}$/;
const word = (value: unknown): string | null =>
  typeof value === "string" && known.test(value) ? value : null;

export function describeFailure(error: unknown): VendorFailure {
  const { status, code, param, headers } = Object(error) as Partial<
    Record<"status" | "code" | "param" | "headers", unknown>
  >;
  let systemCode: string | null = null;
  for (let cause = error; systemCode === null && typeof cause === "object" && cause !== null;) {
    systemCode = "code" in cause ? word(cause.code) : null;
    cause = "cause" in cause ? cause.cause : null;
  }
  return {
    status: typeof status === "number" ? status : null,
    code: word(code) ?? systemCode,
    parameter: word(param),
    retryAfterMs: headers instanceof Headers ? readSeconds(headers.get("retry-after")) : null,
  };
}

const readSeconds = (value: string | null): number | null =>
  value !== null && /^\d{1,6}(\.\d+)?$/.test(value) ? Number(value) * 1000 : null;

export interface AskedModel {
  /** Its name, or its host. */
  readonly server: string;
  readonly model: string;
  readonly settings?: SettingsToCheck;
}

/** The vendor's error in the product's words. */
export function modelError(
  failure: VendorFailure,
  { server, model, settings = settingsOfOne }: AskedModel,
): ExpertError {
  const { status, code, retryAfterMs } = failure;
  const facts = {
    server,
    model,
    ...(status === null ? {} : { status }),
    ...(code === null ? {} : { code }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
  const refused = (message: string, remedy: string) =>
    new ExpertError("model_refused", message, { remedy, facts });
  const unavailable = (message: string, remedy: string) =>
    new ExpertError("model_unavailable", message, { remedy, facts });

  if (status === 401 || status === 403)
    return refused("The model server refused the key.", `Check ${settings.key} and what the key may use.`);
  if (status === 404)
    return unavailable(
      "The model server does not know the model or the address.",
      `Check ${settings.address} (with /v1 where the server wants it) and the model's name.`,
    );
  if (status === 408 || status === 504 || code === "ETIMEDOUT")
    return new ExpertError("model_timeout", "The model server did not answer in time.", {
      remedy: "Try again; if it stays so, check the load of the model server.",
      facts,
    });
  if (status === 429)
    return unavailable(
      "The model server has too much to do, or the quota is used up.",
      "Try again later; raise the server's capacity or the quota.",
    );
  if (code === "context_length_exceeded" || status === 413)
    return refused("The question and its passages are too long for the model.", "Ask a shorter question.");
  if (status !== null && status >= 400 && status < 500)
    return refused(
      "The model server refused the request.",
      "Check that the model can chat or embed as configured.",
    );
  if (status === null && code !== null && /CERT|TLS|SSL|SELF_SIGNED/.test(code))
    return unavailable(
      "The model server's certificate is not trusted.",
      "Give Node the certificate of your authority with NODE_EXTRA_CA_CERTS.",
    );
  return unavailable(
    status === null ? "The model server cannot be reached." : "The model server failed.",
    `Check that it runs and that ${settings.address} is right, then try again.`,
  );
}
