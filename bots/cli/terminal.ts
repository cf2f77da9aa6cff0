/** What a command says, and where: results on standard output, everything else on standard error. */
export interface Terminal {
  /** A result. */
  out(text: string): void;
  /** A line for the person who watches. */
  note(line: string): void;
  /** A line that only `--verbose` shows. */
  detail(line: string): void;
  /** True where the result is one JSON object, and nothing else may stand on standard output. */
  readonly json: boolean;
  /** True where a person watches the answer being written. */
  readonly live: boolean;
}

export interface TerminalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function openTerminal({ json = false, verbose = false }: TerminalOptions): Terminal {
  return {
    json,
    live: process.stdout.isTTY && !json,
    out: (text) => void process.stdout.write(text),
    note: (line) => void process.stderr.write(`${line}\n`),
    detail: (line) => {
      if (verbose) process.stderr.write(`${line}\n`);
    },
  };
}

/** One object on standard output, its last line ended. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Text from documents and people without the control characters that a terminal obeys; lines and tabs stay. */
export const plain = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (character) => (character === "\n" || character === "\t" ? character : ""));
