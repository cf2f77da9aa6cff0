/** Options that several commands take, as commander wants them. */
export const jsonOption = ["--json", "print one JSON object instead of text"] as const;
export const verboseOption = ["--verbose", "tell on the error output what is done"] as const;
export const tenantOption = ["--tenant <slug>", "the company, where there are several"] as const;
