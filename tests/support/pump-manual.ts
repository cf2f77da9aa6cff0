const beginnings = ["Al", "Bor", "Cer", "Dun", "Fel", "Gar", "Hol", "Jun"];
const ends = ["mar", "nika", "pess", "rova", "sund", "tilo", "vane", "zett"];

/** Names of pumps, each unlike every other, so that a question is known by its pump; 64 of them. */
export const pumpNames: readonly string[] = beginnings.flatMap((beginning) =>
  ends.map((end) => `${beginning}${end}`),
);

/** What the manual says of a pump: one sentence of the answer each. */
export const pumpFacts = (name: string): readonly string[] => {
  const number = String(100 + pumpNames.indexOf(name));
  return [
    `The ${name} pump is primed by opening valve V-${number}.`,
    `The ${name} pump holds ${number} litres of oil in its sump.`,
    `The ${name} pump is drained through cock D-${number} at the bottom.`,
    `The ${name} pump stops where sensor S-${number} reports heat.`,
    `The ${name} pump is oiled by the crew of shift ${number}.`,
  ];
};

/** What a server counts of an answer with all of them: each word, and the mark behind each sentence. */
export const spokenTokens = (name: string): number =>
  pumpFacts(name).reduce((sum, fact) => sum + fact.split(" ").length + 1, 0);

export const pumpManual = (): string =>
  ["# Pumps", ...pumpNames.map((name) => `## ${name} pump\n\n${pumpFacts(name).join(" ")}`)].join("\n\n");

export const pumpQuestion = (name: string): string => `How is the ${name} pump primed, oiled and drained?`;

/** The pump that a text asks about first; null: none. */
export const pumpOf = (text: string): string | null => {
  const asked = text.slice(text.lastIndexOf("Question:") + 1);
  return pumpNames.find((name) => asked.includes(name)) ?? null;
};
