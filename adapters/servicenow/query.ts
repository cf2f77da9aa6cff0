/**
 * A condition of an encoded query; null for a value that would say more than itself there: `^` joins conditions, and what
 * begins with `javascript:` is run (https://www.servicenow.com/docs/r/platform-user-interface/configure-user-experiences/c_EncodedQueryStrings.html).
 * Whoever asks compares what comes back as well: ServiceNow leaves out a condition whose field it does not know, and
 * compares without regard to case.
 */
export const equals = (field: string, value: string): string | null =>
  value === "" || /[\^\p{Cc}]/u.test(value) || /^\s*javascript:/i.test(value) ? null : `${field}=${value}`;

export const sysIdPattern = /^[0-9a-f]{32}$/;
/** A field of a table, or of a record that it refers to. */
export const fieldPattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
