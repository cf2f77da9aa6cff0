import { parse, YAMLParseError } from "yaml";
import { ExpertError } from "../../core/errors.ts";

/** What a text in YAML says. Throws `invalid_input` with the line that is wrong. */
export function readYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const fault = error.message.split("\n")[0]?.trim() ?? "";
    throw new ExpertError("invalid_input", `The text is not YAML: ${fault}`, {
      remedy: "Correct the line that is named and save it again.",
      facts: { yaml: fault },
    });
  }
}
