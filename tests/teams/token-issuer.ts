import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Signs and publishes like the Bot Framework, and gives the bot its own tokens like Entra. */
export interface TokenIssuer {
  /** The settings that make the bot trust it. */
  readonly settings: {
    readonly TEAMS_LOGIN_URL: string;
    readonly TEAMS_OPENID_METADATA_URL: string;
    readonly TEAMS_TOKEN_ISSUER: string;
  };
  readonly appId: string;
  /** A token that is valid for the activities of a service, but for what is asked to be otherwise. */
  token(serviceUrl: string, change?: TokenChange): string;
  /** What was asked for, in order: `openid`, `keys` or `login`. */
  readonly asked: readonly string[];
  /** The paths at which the bot asked for its tokens. */
  readonly paths: string[];
  /** The forms by which the bot proved itself. */
  readonly logins: URLSearchParams[];
  /** While true, nothing can be had from it. */
  away: boolean;
  /** While it is set, Entra refuses the bot's proof in these words, as "AADSTS7000222: …". */
  loginRefusal: string | null;
  /** What the bot is given; one at a time. */
  readonly botToken: string;
  close(): Promise<void>;
}

export interface TokenChange {
  /** In place of the usual claims; what is undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** `unpublished`: signed by a key that the issuer does not publish. `unendorsed`: by one that may not sign for Teams. */
  readonly key?: "usual" | "unpublished" | "unendorsed";
  /** Signs other bytes than it sends, or nothing. */
  readonly signature?: "wrong" | "none";
}

export interface IssuerOptions {
  readonly appId?: string;
  readonly clientSecret?: string;
  /** Publishes a key that may not sign for Teams as well. */
  readonly unendorsed?: boolean;
}

const issuerName = "https://api.botframework.com";

const base64 = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString("base64url");

type KeyName = NonNullable<TokenChange["key"]>;

const keyPair = () => generateKeyPairSync("rsa", { modulusLength: 2_048 });

/** Making a key takes long: each is made once it is asked for, and then of all issuers of a test file. */
const made = new Map<KeyName, ReturnType<typeof keyPair>>();
const keyOf = (name: KeyName): ReturnType<typeof keyPair> => {
  const key = made.get(name) ?? keyPair();
  made.set(name, key);
  return key;
};

export async function startTokenIssuer({
  appId = "11111111-2222-3333-4444-555555555555",
  clientSecret = "only-for-tests",
  unendorsed = false,
}: IssuerOptions = {}): Promise<TokenIssuer> {
  const published = [
    { kid: "usual", endorsements: ["msteams", "webchat"] },
    ...(unendorsed ? [{ kid: "unendorsed", endorsements: ["telegram"] } as const] : []),
  ] as const;
  const asked: string[] = [];
  const logins: URLSearchParams[] = [];
  const paths: string[] = [];
  const botToken = `bot-token-${randomUUID()}`;
  let away = false;
  let loginRefusal: string | null = null;
  let base = "";

  const answers: Readonly<Record<string, (form: URLSearchParams) => readonly [number, object]>> = {
    openid: () => [200, { issuer: issuerName, jwks_uri: `${base}/keys` }],
    keys: () => [
      200,
      {
        keys: published.map(({ kid, endorsements }) => ({
          ...keyOf(kid).publicKey.export({ format: "jwk" }),
          use: "sig",
          kid,
          endorsements,
        })),
      },
    ],
    login: (form) => {
      logins.push(form);
      const proven =
        form.get("client_secret") === clientSecret ||
        (form.get("client_assertion") ?? "").split(".").length === 3;
      if (loginRefusal !== null) {
        return [401, { error: "invalid_client", error_description: loginRefusal }];
      }
      if (form.get("client_id") === appId && proven) {
        return [200, { token_type: "Bearer", expires_in: 3_600, access_token: botToken }];
      }
      return [401, { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret." }];
    },
  };
  const nameOf = (path: string): string =>
    path.endsWith("/oauth2/v2.0/token") ? "login" : path.slice(path.lastIndexOf("/") + 1);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = nameOf(request.url ?? "");
    asked.push(name);
    if (name === "login") paths.push(request.url ?? "");
    const answer = answers[name]?.(new URLSearchParams(Buffer.concat(chunks).toString()));
    const [status, body] = away ? [503, {}] : (answer ?? [404, {}]);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  // Node's own 5 s may be over in the moment in which a connection is used again.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  const signed = (text: string, key: KeyObject): string => base64(sign("sha256", Buffer.from(text), key));
  return {
    appId,
    asked,
    logins,
    paths,
    botToken,
    settings: {
      TEAMS_LOGIN_URL: `${base}/login`,
      TEAMS_OPENID_METADATA_URL: `${base}/openid`,
      TEAMS_TOKEN_ISSUER: issuerName,
    },
    get away() {
      return away;
    },
    set away(value) {
      away = value;
    },
    get loginRefusal() {
      return loginRefusal;
    },
    set loginRefusal(value) {
      loginRefusal = value;
    },
    token(serviceUrl, { claims = {}, header = {}, key = "usual", signature } = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const head = base64({ alg: "RS256", typ: "JWT", kid: key, ...header });
      const payload = base64({
        iss: issuerName,
        aud: appId,
        nbf: now - 60,
        exp: now + 3_600,
        serviceurl: serviceUrl,
        ...claims,
      });
      const content = `${head}.${payload}`;
      if (signature === "none") return `${content}.`;
      return `${content}.${signed(signature === "wrong" ? `${content}!` : content, keyOf(key).privateKey)}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
