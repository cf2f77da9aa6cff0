/** Why a call failed, without the code that stands before it in the rows. */
export const inWords = (error: string): string => error.replace(/^[a-z]+(?:_[a-z]+)*: /, "");
