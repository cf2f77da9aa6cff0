/** What a bench found out. The unit of every figure stands at the end of its name. */
export interface BenchOutcome {
  readonly figures: Readonly<Record<string, number>>;
  /** Ours over a bare baseline that was measured in the same run. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Each bar, by its words, and whether it was held. */
  readonly held: Readonly<Record<string, boolean>>;
}

/** Why a bench could not run here: what it needs is absent. */
export interface BenchSkipped {
  readonly skipped: string;
}

export interface BenchOptions {
  /** Length of a load in seconds, instead of the bench's own. */
  readonly seconds: number | null;
  /** Questions per second of a load, instead of the bench's own; its bars are those of its own. */
  readonly perSecond: number | null;
  /** How often a bench with repeated runs repeats, instead of its own number. */
  readonly runs: number | null;
  /** The folder whose `demo` holds the documents. */
  readonly corpora: string;
  /** The model server to measure instead of a simulated one. */
  readonly server: BenchServer | null;
  /** A file of figures that stand in for those of the bench. */
  readonly figuresFile: string | null;
  /** Extra arguments of the measured Node process, for instance `--cpu-prof`. */
  readonly nodeArguments: readonly string[];
  /** Progress, for people. */
  say(line: string): void;
}

/** A server of OpenAI's protocol. */
export interface BenchServer {
  /** With `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | null;
  /** Requests at once at most; null: the product's own choice. */
  readonly mostInFlight: number | null;
}

export interface Bench {
  readonly summary: string;
  run(options: BenchOptions): Promise<BenchOutcome | BenchSkipped>;
}
