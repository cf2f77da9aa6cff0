import type { OpenAI } from "openai";

export interface OpenAiConnection {
  /** With the version, as in `http://localhost:8000/v1`; may carry a name and password for a proxy before it. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Azure's `api-version`; the address is then the resource's, as in `https://name.openai.azure.com`. */
  readonly azureApiVersion?: string;
}

/** fetch refuses an address with credentials, so they go into the header that they stand for. */
function withoutCredentials(baseUrl: string): { baseURL: string; authorization: string | null } {
  const url = new URL(baseUrl);
  const [name, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = "";
  url.password = "";
  return {
    baseURL: url.href.replace(/\/+$/, ""),
    authorization:
      name === "" && password === ""
        ? null
        : `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`,
  };
}

/** The vendor's client, loaded when it is first needed: it takes longer to load than all the rest of the product. */
export function createLazyClient(connection: OpenAiConnection): () => Promise<OpenAI> {
  let client: Promise<OpenAI> | undefined;
  const load = async () => {
    const { OpenAI: Client, AzureOpenAI } = await import("openai");
    const { apiKey, azureApiVersion } = connection;
    const { baseURL, authorization } = withoutCredentials(connection.baseUrl);
    const options = {
      // The client insists on a key; a server without one gets no such header.
      apiKey: apiKey ?? "none",
      ...(apiKey === undefined ? { defaultHeaders: { Authorization: authorization } } : {}),
      // Given, so that it does not look for them in the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      // What is sent again, and to whom, is decided for all servers together.
      maxRetries: 0,
      // The gateway has its own limits, below this one.
      timeout: 3_600_000,
      // Off: it would print prompts.
      logLevel: "off" as const,
    };
    if (azureApiVersion === undefined) return new Client({ ...options, baseURL });
    return new AzureOpenAI({ ...options, baseURL: `${baseURL}/openai`, apiVersion: azureApiVersion });
  };
  return () => (client ??= load());
}
