/** Whether there is anything in a text that could be looked for. */
export const saysSomething = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const courtesy =
  /^(?:(?:many |ok(?:ay)?,? ?)?thank(?:s| you)(?: (?:a lot|so much|very much|you))?|thx|ty|cheers|ok(?:ay)?|great|perfect|got it|nice|cool|yes|no|yep|nope|done|ขอบคุณ(?:มาก)?(?:ๆ)?|โอเค|รับทราบ|ได้เลย|เข้าใจแล้ว)(?:ครับ|ค่ะ|คะ|นะ)*$/iu;

/** Whether a text is no more than a courtesy, `:emoji:` and marks aside, and asks nothing. */
export function isCourtesy(text: string): boolean {
  return courtesy.test(text.replaceAll(/:[a-z0-9_+'-]+:|\p{Extended_Pictographic}|[\s!.,…]+/giu, " ").trim());
}
