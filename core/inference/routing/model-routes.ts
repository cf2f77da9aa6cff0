/** What a chat is answered with: `fast` unless something speaks for `heavy`. */
export type ChatTier = "fast" | "heavy";
/** What generates text: `vision` is asked with pictures, and with nothing else. */
export type GenerateTier = ChatTier | "vision";

/** One model server, as it is configured. */
export interface ModelServerSettings {
  /** In logs and errors; of the only server, in the environment, its host. */
  readonly name: string;
  readonly kind: "openai" | "azure";
  /** With the version where the server wants it, as `http://localhost:8000/v1`; of Azure the resource alone. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Azure's `api-version`; null elsewhere. */
  readonly apiVersion: string | null;
  /** Each model, and what the server calls it: of Azure the deployment. */
  readonly models: Readonly<Record<string, string>>;
  /** Requests at once, for chats and for embeddings each. */
  readonly mostInFlight: number;
  readonly timeouts: {
    readonly connectMs: number;
    readonly firstTokenMs: number;
    readonly betweenTokensMs: number;
  };
  readonly lora: LoraSettings | null;
  /** Whether it stands in the file of MODELS_FILE rather than in the environment. */
  readonly fromFile: boolean;
}

/** Adapters of one model that a vLLM server loads when they are asked for. */
export interface LoraSettings {
  readonly base: string;
  /** Loaded at once. */
  readonly most: number;
  /** Each adapter's name, and its folder or repository as the server sees it. */
  readonly adapters: Readonly<Record<string, string>>;
}

/** Servers that have the same model: the least busy of them is asked. */
export interface ChainStep {
  readonly servers: readonly string[];
  readonly model: string;
}

export interface DepartmentRoute {
  /** The company's slug, a slash, the department's slug. */
  readonly department: string;
  readonly tier: ChatTier | null;
  readonly adapter: string | null;
}

/** Which servers there are, and in which order they are asked for what. */
export interface ModelRoutes {
  readonly servers: readonly ModelServerSettings[];
  /** The first step is asked first; each that follows stands in for those before it. Empty: there is none. */
  readonly tiers: Readonly<Record<GenerateTier | "embed", readonly ChainStep[]>>;
  /** Prompts of more tokens go to `heavy`; null: none does for its length. */
  readonly heavyAboveTokens: number | null;
  readonly departments: readonly DepartmentRoute[];
  /** What a company's share of the models counts for, by its slug; 1 for each that is not named. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The embedding model; null where there is none. */
export const embeddingModelOf = (routes: ModelRoutes | null): string | null =>
  routes?.tiers.embed[0]?.model ?? null;
